import { randomBytes } from 'node:crypto';
import type { GraphRequest, RoutedCall } from './graph-call.js';
import { ControlError, GraphRefusal } from './sandbox.errors.js';
import type { SandboxState } from './sandbox-state.js';
import type { AccountRecord } from './sandbox.types.js';

export const AUTHORIZE_PATH = '/oauth/authorize';
const HOUR_S = 3600;
const SIXTY_DAYS_S = 60 * 86_400;
const FIRST_ACCOUNT = '17841400000000001';

/**
 * The owner consents at once, for the account named in the query or the first that is known.
 *
 * @returns where the browser is sent: the code with `#_` behind it, as Instagram does
 */
export function grantLogin(state: SandboxState, query: URLSearchParams): string {
  const redirect = query.get('redirect_uri');
  if (redirect === null || !query.get('client_id'))
    throw new ControlError('client_id or redirect_uri is missing');
  const id = query.get('account') ?? state.accounts.keys().next().value ?? FIRST_ACCOUNT;
  const code = randomBytes(24).toString('hex');
  state.loginCodes.set(code, state.account(id));
  const url = new URL(redirect);
  url.searchParams.set('code', code);
  if (query.has('state')) url.searchParams.set('state', query.get('state')!);
  return `${url.href}#_`;
}

/** Undefined for a call that is none of a login. */
export function routeLogin(
  state: SandboxState,
  { method, path, query, body }: GraphRequest,
): RoutedCall | undefined {
  switch (`${method} ${path}`) {
    case 'POST /oauth/access_token':
      return login(() => exchangeCode(state, body));
    case 'GET /access_token':
      return login(() => longLived(state, query, 'ig_exchange_token'));
    case 'GET /refresh_access_token':
      return login(() => longLived(state, query, 'ig_refresh_token'));
    default:
      return undefined;
  }
}

const login = (carryOut: () => object): RoutedCall => ({
  target: { call: 'login' },
  carryOut: () => ({ body: carryOut() }),
});

function exchangeCode(state: SandboxState, body: Record<string, unknown>): object {
  if (!body.client_id || !body.client_secret || body.grant_type !== 'authorization_code') {
    throw new GraphRefusal('badParameter', 'client_id, client_secret or grant_type');
  }
  const code = String(body.code);
  const account = state.loginCodes.get(code);
  if (!account) throw new GraphRefusal('badParameter', 'This authorization code has been used or is wrong');
  state.loginCodes.delete(code);
  return { access_token: issue(state, account), user_id: account.id, permissions: [], expires_in: HOUR_S };
}

function longLived(state: SandboxState, query: URLSearchParams, grant: string): object {
  if (query.get('grant_type') !== grant) throw new GraphRefusal('badParameter', 'grant_type');
  const account = state.soleAccountOf(query.get('access_token') ?? undefined);
  if (!account) throw new GraphRefusal('badToken');
  return { access_token: issue(state, account), token_type: 'bearer', expires_in: SIXTY_DAYS_S };
}

function issue(state: SandboxState, account: AccountRecord): string {
  const token = `IGAA${randomBytes(16).toString('hex')}`;
  state.setToken(account, token);
  return token;
}
