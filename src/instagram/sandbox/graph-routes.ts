import type { GraphRequest, RoutedCall } from './graph-call.js';
import { routeLogin } from './login-calls.js';
import { isRecord } from './message-rules.js';
import { getConversations, getMe, getMedia, getProfile, getSubscriptions } from './read-calls.js';
import { GraphRefusal } from './sandbox.errors.js';
import type { SandboxState } from './sandbox-state.js';
import { postMessage, postReply } from './send-calls.js';

const VERSION = /^v\d+\.\d+$/;

/**
 * Finds out which call a request is, without carrying it out, so that a fault can strike first.
 * @throws {GraphRefusal} for what is no call of the Graph API, or not one that is played here
 */
export function routeCall(state: SandboxState, request: GraphRequest): RoutedCall {
  const login = routeLogin(state, request);
  if (login) return login;
  const segments = request.path.split('/');
  const start = VERSION.test(segments[1] ?? '') ? 2 : 1;
  const id = segments[start] ?? '';
  const edge = segments[start + 1];
  if (segments.length > start + 2) throw new GraphRefusal('unknownObject');
  switch (`${request.method} ${edge ?? ''}`) {
    case 'POST messages':
      return routeMessage(state, request, id);
    case 'POST subscribed_apps':
      return forAccount(state, request, id, 'subscribe');
    case 'GET subscribed_apps':
      return forAccount(state, request, id, 'subscriptions');
    case 'POST replies':
      return routeReply(state, request, id);
    case 'GET conversations':
      return forAccount(state, request, id, 'conversations');
    case 'GET media':
      return forAccount(state, request, id, 'media');
    case 'GET ':
      return id === 'me' ? routeMe(state, request) : routeProfile(state, request, id);
    default:
      throw new GraphRefusal('unknownObject', `${request.method} ${edge ?? ''}`);
  }
}

function routeMessage(state: SandboxState, { token, body }: GraphRequest, id: string): RoutedCall {
  const accountId = accountIdOf(state, id, token);
  const recipient = isRecord(body.recipient) ? body.recipient : {};
  const comment = recipient.comment_id === undefined ? undefined : String(recipient.comment_id);
  const person = recipient.id === undefined ? undefined : String(recipient.id);
  const call = comment !== undefined ? 'private_reply' : 'sender_action' in body ? 'sender_action' : 'send';
  return {
    target: { call, account: accountId, person, comment },
    carryOut: () => postMessage(state, state.authorize(accountId, token), body),
  };
}

function routeReply(state: SandboxState, { token, body, query }: GraphRequest, comment: string): RoutedCall {
  const account = state.comments.get(comment)?.account ?? state.soleAccountOf(token)?.id;
  return {
    target: { call: 'public_reply', account, comment },
    carryOut: () => postReply(state, comment, token, body.message ?? query.get('message') ?? undefined),
  };
}

function forAccount(
  state: SandboxState,
  { token, query }: GraphRequest,
  id: string,
  call: 'conversations' | 'media' | 'subscribe' | 'subscriptions',
): RoutedCall {
  const accountId = accountIdOf(state, id, token);
  return {
    target: { call, account: accountId },
    carryOut: () => {
      const account = state.authorize(accountId, token);
      switch (call) {
        case 'media':
          return { body: getMedia(account) };
        case 'conversations':
          return { body: getConversations(state, account, query) };
        case 'subscriptions':
          return { body: getSubscriptions(account) };
        case 'subscribe':
          account.subscribedFields = (query.get('subscribed_fields') ?? '').split(',');
          return { body: { success: true } };
      }
    },
  };
}

function routeMe(state: SandboxState, { token }: GraphRequest): RoutedCall {
  return {
    target: { call: 'me', account: state.soleAccountOf(token)?.id },
    carryOut: () => ({ body: getMe(state, token) }),
  };
}

function routeProfile(state: SandboxState, { token, query }: GraphRequest, person: string): RoutedCall {
  if (!/^\d{1,25}$/.test(person)) throw new GraphRefusal('unknownObject');
  const fields = (query.get('fields') ?? 'name').split(',');
  return {
    target: { call: 'profile', account: state.soleAccountOf(token)?.id, person },
    carryOut: () => ({ body: getProfile(state, person, token, fields) }),
  };
}

/** `me` stands for the account whose token it is. */
function accountIdOf(state: SandboxState, id: string, token: string | undefined): string {
  const accountId = id === 'me' ? state.soleAccountOf(token)?.id : id;
  if (accountId === undefined) throw new GraphRefusal('badToken');
  if (!/^\d{1,25}$/.test(accountId)) throw new GraphRefusal('unknownObject');
  return accountId;
}
