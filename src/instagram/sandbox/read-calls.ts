import { GraphRefusal } from './sandbox.errors.js';
import type { SandboxState } from './sandbox-state.js';
import type { AccountRecord, Conversation, InboundMessage, JournalEntry } from './sandbox.types.js';

/** As many as Instagram gives at a time. */
const NEWEST_MESSAGES = 20;

/** `GET /me`: `user_id` is the id in webhooks, `id` is another one, of the app's own. */
export function getMe(state: SandboxState, token: string | undefined): object {
  const account = state.soleAccountOf(token);
  if (!account) throw new GraphRefusal('badToken');
  const { id, username } = account;
  return { user_id: id, username, name: username, id: `9${id.slice(1)}` };
}

/**
 * `GET /<person>?fields=…`: only of people who wrote to the account, or about whom nothing is known.
 * @throws {GraphRefusal}
 */
export function getProfile(
  state: SandboxState,
  personId: string,
  token: string | undefined,
  fields: readonly string[],
): object {
  if (!token) throw new GraphRefusal('badToken');
  // A token that was not used yet may be any account's.
  const used = state.accountsOf(token);
  const conversations = [...(used.size > 0 ? used : state.accounts.values())].map(({ people }) =>
    people.get(personId),
  );
  const writer = conversations.find((conversation) => conversation && conversation.lastInboundAt !== null);
  const wrote = writer !== undefined;
  const known = writer ?? conversations.find((conversation) => conversation !== undefined);
  if (!wrote && known?.commented) throw new GraphRefusal('noConsent');
  if (!wrote && state.settings.unknownPeople === 'refused') throw new GraphRefusal('unknownPerson');
  const profile: Record<string, unknown> = {
    name: known?.name ?? `Person ${personId.slice(-6)}`,
    username: known?.username ?? `person_${personId.slice(-6)}`,
    follower_count: 0,
    is_user_follow_business: known?.follows ?? false,
    is_business_follow_user: false,
    is_verified_user: false,
  };
  const wanted = fields.filter((field) => Object.hasOwn(profile, field));
  return { ...Object.fromEntries(wanted.map((field) => [field, profile[field]])), id: personId };
}

/** `GET /<account>/conversations?user_id=…`, with the newest messages where `fields` asks for them. */
export function getConversations(
  state: SandboxState,
  account: AccountRecord,
  query: URLSearchParams,
): object {
  state.takeLimit(account.id, 'conversations');
  const personId = query.get('user_id');
  const people =
    personId === null ? [...account.people.values()] : [account.people.get(personId)].filter((one) => !!one);
  const withMessages = query.get('fields')?.includes('messages') ?? false;
  const data = people
    .filter(({ messages }) => messages.length > 0)
    .map((conversation) => ({
      id: `aWdfZAG06${Buffer.from(`${account.id}:${conversation.person}`).toString('base64url')}`,
      updated_time: graphTime(conversation.messages.at(-1)!.at),
      messages: withMessages ? { data: newestMessages(state, account, conversation) } : undefined,
    }));
  return { data, paging: {} };
}

/** `GET /<account>/media`. */
export function getMedia(account: AccountRecord): object {
  return { data: [...account.media.values()], paging: {} };
}

/** `GET /<account>/subscribed_apps`: the one app there is, unless it has subscribed to nothing. */
export function getSubscriptions({ subscribedFields }: AccountRecord): object {
  return { data: subscribedFields ? [{ id: '1', subscribed_fields: subscribedFields }] : [] };
}

function newestMessages(
  state: SandboxState,
  account: AccountRecord,
  { person, username, messages }: Conversation,
): object[] {
  const customer = { id: person, username: username ?? `person_${person.slice(-6)}` };
  const business = { id: account.id, username: account.username };
  return messages
    .slice(-NEWEST_MESSAGES)
    .toReversed()
    .map((message) => {
      const inbound = isInbound(message);
      return {
        id: inbound ? message.mid : state.journal.idOf(message),
        created_time: graphTime(message.at),
        from: inbound ? customer : business,
        to: { data: [inbound ? business : customer] },
        message: inbound ? (message.text ?? '') : textOf(message.content),
      };
    });
}

export function isInbound(message: InboundMessage | JournalEntry): message is InboundMessage {
  return 'mid' in message;
}

function textOf(content: unknown): string {
  return typeof content === 'object' && content !== null && 'text' in content ? String(content.text) : '';
}

/** `2026-03-01T12:00:00+0000`, as the Graph API writes times. */
function graphTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}+0000`;
}
