import { checkMessage, isRecord } from './message-rules.js';
import type { MessageClass } from './message-rules.js';
import { GraphRefusal } from './sandbox.errors.js';
import type { SandboxState } from './sandbox-state.js';
import type { AccountRecord, CommentRecord, Conversation, JournalEntry } from './sandbox.types.js';

const HOUR_MS = 60 * 60 * 1000;
const MESSAGING_WINDOW_MS = 24 * HOUR_MS;
const PRIVATE_REPLY_WINDOW_MS = 7 * 24 * HOUR_MS;
const SENDER_ACTIONS: ReadonlySet<unknown> = new Set(['typing_on', 'typing_off', 'mark_seen']);

/** What a call answers, and the entry that it left in the journal. */
export interface CallResult {
  body: object;
  entry?: JournalEntry;
}

/**
 * `POST /<account>/messages`: a DM, a private reply to a comment, a sender action or a reaction.
 * @throws {GraphRefusal}
 */
export function postMessage(
  state: SandboxState,
  account: AccountRecord,
  body: Record<string, unknown>,
): CallResult {
  const { recipient, message, sender_action: action } = body;
  if (!isRecord(recipient)) throw new GraphRefusal('badParameter', 'recipient is required');
  if (recipient.comment_id !== undefined) {
    const comment = openComment(state, account, String(recipient.comment_id));
    return sendPrivateReply(state, account, comment, message);
  }
  const conversation = openConversation(state, account, recipient.id);
  if (action !== undefined) return sendAction(state, account, conversation, body);
  return sendDirect(state, account, conversation, message);
}

/**
 * `POST /<comment>/replies`: a public reply.
 * @throws {GraphRefusal}
 */
export function postReply(
  state: SandboxState,
  commentId: string,
  token: string | undefined,
  text: unknown,
): CallResult {
  if (!token) throw new GraphRefusal('badToken');
  const comment = state.comment(commentId, null);
  if (comment.account !== null) state.authorize(comment.account, token);
  if (typeof text !== 'string' || text === '') throw new GraphRefusal('badParameter', 'message is required');
  if (comment.parentId !== undefined) throw new GraphRefusal('notTopLevel');
  const at = state.now();
  const { account, person } = comment;
  const entry = state.journal.add({
    at,
    kind: 'public_reply',
    account,
    person,
    comment: comment.id,
    content: text,
  });
  const id = state.journal.idOf(entry);
  comment.publicReplies.push({ id, text, at });
  state.comments.set(id, {
    id,
    account,
    person: account,
    text,
    parentId: comment.id,
    live: false,
    liveEnded: false,
    at,
    publicReplies: [],
  });
  return { body: { id }, entry };
}

function sendDirect(
  state: SandboxState,
  account: AccountRecord,
  conversation: Conversation,
  message: unknown,
): CallResult {
  const messageClass = checkMessage(message);
  takeSend(state, account, messageClass);
  const entry = record(state, account, conversation, 'message', message);
  conversation.sends += 1;
  return { body: { recipient_id: conversation.person, message_id: state.journal.idOf(entry) }, entry };
}

function sendPrivateReply(
  state: SandboxState,
  account: AccountRecord,
  comment: CommentRecord,
  message: unknown,
): CallResult {
  const messageClass = checkMessage(message);
  if (comment.privateReply) throw new GraphRefusal('alreadyReplied');
  takeSend(state, account, messageClass);
  state.takeLimit(account.id, comment.live ? 'live_private_reply' : 'private_reply');
  const entry = state.journal.add({
    at: state.now(),
    kind: 'private_reply',
    account: account.id,
    person: comment.person,
    comment: comment.id,
    content: message,
  });
  comment.privateReply = entry;
  if (comment.person !== null) state.keepMessage(state.conversation(account, comment.person), entry);
  const recipient = comment.person === null ? {} : { recipient_id: comment.person };
  return { body: { ...recipient, message_id: state.journal.idOf(entry) }, entry };
}

function sendAction(
  state: SandboxState,
  account: AccountRecord,
  conversation: Conversation,
  body: Record<string, unknown>,
): CallResult {
  const { sender_action: action, payload, message } = body;
  if (message !== undefined) throw new GraphRefusal('badParameter', 'sender_action goes without a message');
  const answer = { recipient_id: conversation.person };
  if (action === 'react' || action === 'unreact') {
    if (!isRecord(payload) || typeof payload.message_id !== 'string') {
      throw new GraphRefusal('badParameter', 'payload[message_id] is required');
    }
    const entry = record(state, account, conversation, 'reaction', { action, ...payload });
    return { body: answer, entry };
  }
  if (!SENDER_ACTIONS.has(action)) throw new GraphRefusal('badParameter', 'sender_action is unknown');
  return { body: answer, entry: record(state, account, conversation, 'sender_action', action) };
}

function record(
  state: SandboxState,
  account: AccountRecord,
  conversation: Conversation,
  kind: 'message' | 'sender_action' | 'reaction',
  content: unknown,
): JournalEntry {
  const { person } = conversation;
  const entry = state.journal.add({
    at: state.now(),
    kind,
    account: account.id,
    person,
    comment: null,
    content,
  });
  if (kind === 'message') state.keepMessage(conversation, entry);
  return entry;
}

function takeSend(state: SandboxState, account: AccountRecord, messageClass: MessageClass): void {
  state.takeLimit(account.id, messageClass);
}

/** The conversation with this person, if Instagram's 24-hour window is open. */
function openConversation(state: SandboxState, account: AccountRecord, person: unknown): Conversation {
  if (typeof person !== 'string' || !/^\d{1,25}$/.test(person)) throw new GraphRefusal('unknownPerson');
  const known = account.people.get(person);
  if (known && known.lastInboundAt !== null) {
    if (state.now() - known.lastInboundAt > MESSAGING_WINDOW_MS) throw new GraphRefusal('outsideWindow');
    return known;
  }
  // A comment opens no window: only its one private reply.
  if (known?.commented) throw new GraphRefusal('outsideWindow');
  if (state.settings.unknownPeople === 'refused') throw new GraphRefusal('unknownPerson');
  return known ?? state.conversation(account, person);
}

/** The comment, if Instagram would let the account answer it in private. */
function openComment(state: SandboxState, account: AccountRecord, id: string): CommentRecord {
  if (!/^\d{1,25}$/.test(id)) throw new GraphRefusal('commentNotOpen', 'no such comment');
  if (state.settings.unknownPeople === 'refused' && !state.comments.has(id)) {
    throw new GraphRefusal('commentNotOpen', 'no such comment');
  }
  const comment = state.comment(id, account.id);
  comment.account ??= account.id;
  if (comment.account !== account.id) throw new GraphRefusal('commentNotOpen', "another account's post");
  if (comment.person === account.id) throw new GraphRefusal('commentNotOpen', "the account's own comment");
  if (comment.liveEnded) throw new GraphRefusal('commentNotOpen', 'the live video has ended');
  if (state.now() - comment.at > PRIVATE_REPLY_WINDOW_MS) {
    throw new GraphRefusal('commentNotOpen', 'older than 7 days');
  }
  return comment;
}
