import { Pool } from 'undici';
import { parseLosslessJson } from '../lossless-json.js';
import { classifyAnswer, errorObject, unreadableAnswer } from './graph-error.classifier.js';
import { exchange } from './graph-exchange.js';
import type { GraphAnswer } from './graph-exchange.js';
import { parseUsage, type GraphUsage } from './graph-usage.js';
import { GraphError } from './graph.errors.js';
import type {
  ConversationMessage,
  GraphAccount,
  GraphCallName,
  GraphCallObserver,
  OutgoingMessage,
  Profile,
  Recipient,
  SenderAction,
  SentMessage,
} from './graph.types.js';

export interface GraphClientOptions {
  /** `https://graph.instagram.com`, or where the sandbox listens. */
  baseUrl: string;
  /** As in the path of a call, for example `v25.0`. */
  version: string;
  /** For a whole call, the wait for a free connection included. */
  timeoutMs: number;
  /** Most connections kept open, and so most calls under way at a time. */
  connections: number;
}

/** Instagram's answers are a few hundred bytes; a page of a list stays far below this. */
const MAX_ANSWER_BYTES = 1024 * 1024;
const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

/**
 * Instagram's Graph API (with Instagram Login), one method for each call that the app makes. Every failure is a
 * {@link GraphError}. Nothing is retried here: the send call has no idempotency key, so only the caller, who records what
 * was sent, can decide. Tokens travel in the `Authorization` header alone: addresses end up in logs.
 * https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login
 */
export class GraphClient {
  /** Told what an answer says about the limits of the account that the call was made for. */
  onUsage: (instagramId: string, usage: GraphUsage) => void = () => {};
  /** Runs each call, for who measures or traces them; a call that fails throws a {@link GraphError}. */
  around: GraphCallObserver | undefined;
  private readonly pool: Pool;
  private readonly prefix: string;

  constructor(private readonly options: GraphClientOptions) {
    const { origin, pathname } = new URL(options.baseUrl);
    this.prefix = `${pathname.replace(/\/+$/, '')}/${options.version}`;
    // The client's own deadline covers the whole call, so undici's timeouts for its parts are off.
    this.pool = new Pool(origin, {
      connections: options.connections,
      connectTimeout: options.timeoutMs,
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize: MAX_ANSWER_BYTES,
    });
  }

  /**
   * A DM to a person, or the one private reply to a comment.
   * @throws {GraphError}
   */
  async sendMessage(
    account: GraphAccount,
    recipient: Recipient,
    message: OutgoingMessage,
    signal?: AbortSignal,
  ): Promise<SentMessage> {
    const path = `/${encodeURIComponent(account.instagramId)}/messages`;
    const name = 'comment_id' in recipient ? 'private_reply' : 'send_message';
    const { body, status } = await this.post(name, account, path, { recipient, message }, signal);
    const messageId = idOf(body.message_id);
    if (messageId === undefined) throw unreadableAnswer(status);
    const recipientId = idOf(body.recipient_id);
    return { messageId, ...(recipientId !== undefined && { recipientId }) };
  }

  /**
   * Shows that somebody types, or reacts to a message of the person's.
   * @throws {GraphError}
   */
  async act(
    account: GraphAccount,
    personId: string,
    action: SenderAction,
    signal?: AbortSignal,
  ): Promise<void> {
    const path = `/${encodeURIComponent(account.instagramId)}/messages`;
    await this.post('sender_action', account, path, { recipient: { id: personId }, ...action }, signal);
  }

  /**
   * The newest messages of a conversation (Instagram gives 20), newest first; empty where there is none.
   * @throws {GraphError}
   */
  async getMessages(
    account: GraphAccount,
    personId: string,
    signal?: AbortSignal,
  ): Promise<ConversationMessage[]> {
    const fields = encodeURIComponent('messages{id,from,created_time,message}');
    const path = `/${encodeURIComponent(account.instagramId)}/conversations?user_id=${encodeURIComponent(personId)}&fields=${fields}`;
    const { body } = await this.call('read_conversation', account, { method: 'GET', path }, signal);
    return listOf(body.data).flatMap((conversation) =>
      listOf((conversation.messages as Record<string, unknown> | undefined)?.data).flatMap(messageOf),
    );
  }

  /**
   * A public reply under a top-level comment.
   * @throws {GraphError}
   */
  async replyToComment(
    account: GraphAccount,
    commentId: string,
    text: string,
    signal?: AbortSignal,
  ): Promise<{ id: string }> {
    const path = `/${encodeURIComponent(commentId)}/replies`;
    const { body, status } = await this.post('reply_to_comment', account, path, { message: text }, signal);
    const id = idOf(body.id);
    if (id === undefined) throw unreadableAnswer(status);
    return { id };
  }

  /**
   * Answered only for people who wrote to the account or tapped one of its buttons.
   * @throws {GraphError}
   */
  async getProfile(account: GraphAccount, personId: string, signal?: AbortSignal): Promise<Profile> {
    const path = `/${encodeURIComponent(personId)}?fields=name,username,is_user_follow_business`;
    const { body } = await this.call('get_profile', account, { method: 'GET', path }, signal);
    const { name, username, is_user_follow_business: follows } = body;
    return {
      ...(typeof name === 'string' && { name }),
      ...(typeof username === 'string' && { username }),
      ...(typeof follows === 'boolean' && { followsAccount: follows }),
    };
  }

  /**
   * Whose token it is. `user_id` is the id that webhooks carry; `id` is another one, of this app's own.
   * @throws {GraphError}
   */
  async getOwner(
    accessToken: string,
  ): Promise<{ instagramId: string; appScopedId?: string; username: string }> {
    const owner = { instagramId: 'me', accessToken };
    const { body, status } = await this.call('get_owner', owner, {
      method: 'GET',
      path: '/me?fields=user_id,username',
    });
    const instagramId = idOf(body.user_id);
    const appScopedId = idOf(body.id);
    if (instagramId === undefined || typeof body.username !== 'string') throw unreadableAnswer(status);
    return { instagramId, username: body.username, ...(appScopedId !== undefined && { appScopedId }) };
  }

  /**
   * Has Instagram send the account's webhooks to this app.
   * @throws {GraphError}
   */
  async subscribe(account: GraphAccount, fields: readonly string[]): Promise<void> {
    const query = new URLSearchParams({ subscribed_fields: fields.join(',') });
    const { body, status } = await this.post('subscribe', account, `/me/subscribed_apps?${query}`, {});
    if (body.success !== true) throw unreadableAnswer(status);
  }

  /**
   * The fields whose webhooks Instagram sends to this app for the account; empty where it sends none.
   * @throws {GraphError}
   */
  async getSubscribedFields(account: GraphAccount): Promise<string[]> {
    const { body } = await this.call('get_subscriptions', account, {
      method: 'GET',
      path: '/me/subscribed_apps',
    });
    return listOf(body.data).flatMap(({ subscribed_fields: fields }) =>
      Array.isArray(fields) ? fields.filter((field) => typeof field === 'string') : [],
    );
  }

  /**
   * A call that has no version, and its token in the query: Instagram takes those for tokens no other way.
   * @throws {GraphError}
   */
  async getUnversioned(path: string, query: Record<string, string>): Promise<Record<string, unknown>> {
    const prefix = this.prefix.slice(0, -this.options.version.length);
    const request = {
      method: 'GET' as const,
      path: `${prefix}${path}?${new URLSearchParams(query)}`,
      headers: { accept: 'application/json' },
    };
    return this.observed('token', async () =>
      bodyOf(await exchange(this.pool, request, this.options.timeoutMs)),
    );
  }

  /**
   * Posts a form to another host of Instagram's.
   * @throws {GraphError}
   */
  async postForm(url: string, form: URLSearchParams): Promise<Record<string, unknown>> {
    const { origin, pathname } = new URL(url);
    const pool = new Pool(origin, { connections: 1, maxResponseSize: MAX_ANSWER_BYTES });
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    const request = { method: 'POST' as const, path: pathname, headers, body: form.toString() };
    try {
      return await this.observed('token', async () =>
        bodyOf(await exchange(pool, request, this.options.timeoutMs)),
      );
    } finally {
      await pool.close();
    }
  }

  /** Lets calls under way end; later calls fail with `delivery` `refused`. */
  async close(): Promise<void> {
    await this.pool.close();
  }

  private post(
    name: GraphCallName,
    account: GraphAccount,
    path: string,
    content: object,
    signal?: AbortSignal,
  ) {
    return this.call(name, account, { method: 'POST', path, body: JSON.stringify(content) }, signal);
  }

  private async call(
    name: GraphCallName,
    account: GraphAccount,
    call: { method: 'GET' | 'POST'; path: string; body?: string },
    signal?: AbortSignal,
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const headers = {
      authorization: authorizationOf(account),
      accept: 'application/json',
      ...(call.body !== undefined && { 'content-type': 'application/json' }),
    };
    const request = { ...call, path: this.prefix + call.path, headers };
    return this.observed(name, async () => {
      const answer = await exchange(this.pool, request, this.options.timeoutMs, signal);
      this.noteUsage(account, answer);
      return { status: answer.status, body: bodyOf(answer) };
    });
  }

  private observed<T>(name: GraphCallName, call: () => Promise<T>): Promise<T> {
    return this.around ? this.around(name, call) : call();
  }

  private noteUsage({ instagramId }: GraphAccount, { headers }: GraphAnswer): void {
    if (headers['x-app-usage'] === undefined && headers['x-business-use-case-usage'] === undefined) return;
    this.onUsage(instagramId, parseUsage(headers));
  }
}

/** Node refuses headers with other characters in an error that would be taken for a network failure. */
function authorizationOf({ accessToken }: GraphAccount): string {
  if (VISIBLE_ASCII.test(accessToken)) return `Bearer ${accessToken}`;
  throw new GraphError('the access token is empty or has characters that no token has', {
    kind: 'token',
    delivery: 'refused',
  });
}

function bodyOf({ status, headers, text }: GraphAnswer): Record<string, unknown> {
  const body = parseOrUndefined(text);
  if (status >= 300 || errorObject(body)) throw classifyAnswer(status, headers, body);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw unreadableAnswer(status);
  return body as Record<string, unknown>;
}

function parseOrUndefined(text: string): unknown {
  try {
    return parseLosslessJson(text);
  } catch {
    return undefined;
  }
}

const listOf = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'object' && each !== null) : [];

function messageOf({
  id,
  from,
  created_time: created,
  message,
}: Record<string, unknown>): ConversationMessage[] {
  const messageId = idOf(id);
  const sender = idOf((from as Record<string, unknown> | undefined)?.id);
  // `+0000`, which Date.parse need not understand.
  const createdAt = Date.parse(String(created).replace(/\+0000$/, 'Z'));
  if (messageId === undefined || sender === undefined || Number.isNaN(createdAt)) return [];
  return [{ id: messageId, from: sender, createdAt, text: typeof message === 'string' ? message : '' }];
}

/** Big numbers were turned into strings when parsed; a small one is exact as it is. */
function idOf(value: unknown): string | undefined {
  if (typeof value === 'string' && value !== '') return value;
  return typeof value === 'number' ? String(value) : undefined;
}
