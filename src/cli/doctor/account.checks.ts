import type { AccountDocument } from '../../accounts/account.schema.js';
import { GraphError } from '../../instagram/graph/graph.errors.js';
import { SUBSCRIBED_FIELDS } from '../../instagram/graph/login.client.js';
import { formatDuration } from '../output.js';
import type { AppServices } from '../services/app.services.js';
import { fail, ok, warn, type Finding } from './finding.js';

const PAGE = 500;
/** Asked at a time. */
const PARALLEL = 8;
/** They are refreshed when half of their 60 days is over: one with a week left was refused again and again. */
const ENDS_SOON_MS = 7 * 86_400_000;
/** What most automations live on. */
const NEEDED_FIELDS = ['messages', 'messaging_postbacks', 'comments'];

/** One finding for each account: its status, its token, what it is subscribed to. */
export async function checkAccounts(services: AppServices, askInstagram: boolean): Promise<Finding[]> {
  const accounts = await allAccounts(services);
  if (accounts.length === 0) {
    return [warn('accounts', 'none is connected', 'connect one: POST /api/admin/accounts, or the dashboard')];
  }
  const findings: Finding[] = [];
  for (let from = 0; from < accounts.length; from += PARALLEL) {
    const slice = accounts.slice(from, from + PARALLEL);
    findings.push(
      ...(await Promise.all(slice.map((account) => checkAccount(services, account, askInstagram)))),
    );
  }
  return findings;
}

async function allAccounts({ accounts }: AppServices): Promise<AccountDocument[]> {
  const all: AccountDocument[] = [];
  for (;;) {
    const page = await accounts.list(PAGE, all.at(-1)?._id.toHexString());
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

async function checkAccount(
  services: AppServices,
  account: AccountDocument,
  askInstagram: boolean,
): Promise<Finding> {
  const check = `account @${account.username}`;
  const known = checkStored(services, account, check);
  if (known.status === 'fail' || !askInstagram) return known;
  const asked = await checkAtInstagram(services, account, check);
  if (asked.status === 'ok' && known.status === 'ok') return ok(check, `${known.message}; ${asked.message}`);
  return asked.status === 'ok' ? known : asked;
}

/** What the database alone tells. */
function checkStored({ clock }: AppServices, account: AccountDocument, check: string): Finding {
  const { instagramId, status, statusReason, tokenExpiresAt, throttledUntil } = account;
  const reason = statusReason === undefined ? '' : ` (${statusReason})`;
  const newToken = `log in again, or PATCH /api/admin/accounts/${instagramId} with an accessToken`;
  if (status === 'reconnect') return fail(check, `must be connected again${reason}; its jobs wait`, newToken);
  const leftMs = tokenExpiresAt && tokenExpiresAt.getTime() - clock.now();
  if (leftMs !== undefined && leftMs <= 0) return fail(check, 'its token has expired', newToken);
  if (leftMs !== undefined && leftMs < ENDS_SOON_MS) {
    return warn(check, `its token expires in ${formatDuration(leftMs)}, and was not refreshed`, newToken);
  }
  if (status === 'paused') {
    const advice = `PATCH /api/admin/accounts/${instagramId} with {"status": "active"} lets it go on`;
    return warn(check, `is paused${reason}; its jobs wait`, advice);
  }
  if (status === 'throttled' && throttledUntil && throttledUntil.getTime() > clock.now()) {
    const until = throttledUntil.toISOString();
    return warn(check, `rests until ${until}, as Instagram asked`, 'nothing: it goes on by itself');
  }
  const expiry =
    leftMs === undefined ? 'its expiry is not known yet' : `expires in ${formatDuration(leftMs)}`;
  return ok(check, `active, token stored (${expiry})`);
}

async function checkAtInstagram(
  { accounts, graph }: AppServices,
  { instagramId, username }: AccountDocument,
  check: string,
): Promise<Finding> {
  const connected = await accounts.find(instagramId);
  const newToken = `log in again, or PATCH /api/admin/accounts/${instagramId} with an accessToken`;
  if (!connected || connected.accessToken === '') {
    const advice = `put the key that sealed it back into ENCRYPTION_KEY, behind the first; or ${newToken}`;
    return fail(check, 'its token does not open with any ENCRYPTION_KEY', advice);
  }
  try {
    const owner = await graph.getOwner(connected.accessToken);
    if (owner.instagramId !== instagramId) {
      return fail(check, `its token is of another account (@${owner.username})`, newToken);
    }
    const fields = await graph.getSubscribedFields(connected);
    const missing = NEEDED_FIELDS.filter((field) => !fields.includes(field));
    if (missing.length === 0) return ok(check, `Instagram takes it, and sends ${fields.join(', ')}`);
    const advice = `POST /me/subscribed_apps?subscribed_fields=${SUBSCRIBED_FIELDS.join(',')} with its token, or log in again`;
    return warn(check, `Instagram sends no webhooks for ${missing.join(', ')}`, advice);
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    if (error.kind === 'token')
      return fail(check, `Instagram refuses @${username}'s token (${error.code})`, newToken);
    return warn(check, `Instagram did not answer for it (${error.code})`, 'look again in a few minutes');
  }
}
