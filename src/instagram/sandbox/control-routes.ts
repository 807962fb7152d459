import { z } from 'zod';
import { randomMessageId } from '../message-id.js';
import { callNames } from './fault-plan.js';
import type { FaultPlan } from './fault-plan.js';
import { isInbound } from './read-calls.js';
import { ControlError } from './sandbox.errors.js';
import type { SandboxState } from './sandbox-state.js';
import type { JournalEntry, SandboxStats } from './sandbox.types.js';

/** Where the control API lives: no path of the Graph API begins so. */
export const CONTROL_PREFIX = '/_sandbox';

const id = z.string().regex(/^\d{1,25}$/, 'must be an id: up to 25 digits');
const at = z.number().int().nonnegative().optional();

const accountSchema = z.strictObject({
  id,
  token: z.string().min(1).optional(),
  username: z.string().optional(),
  media: z
    .array(z.strictObject({ id, caption: z.string().optional(), media_type: z.string().optional() }))
    .optional(),
});

const inboundSchema = z.strictObject({
  account: id,
  person: id,
  text: z.string().optional(),
  mid: z.string().optional(),
  name: z.string().optional(),
  username: z.string().optional(),
  follows: z.boolean().optional(),
  at,
});

const commentSchema = z.strictObject({
  id,
  account: id,
  person: id,
  text: z.string().optional(),
  username: z.string().optional(),
  mediaId: id.optional(),
  parentId: id.optional(),
  live: z.boolean().default(false),
  liveEnded: z.boolean().default(false),
  at,
});

const faultSchema = z.strictObject({
  match: z
    .strictObject({
      call: z.enum(callNames).optional(),
      account: id.optional(),
      person: id.optional(),
      comment: id.optional(),
    })
    .default({}),
  times: z.number().int().positive().nullable().default(null),
  effect: z.discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('error'),
      status: z.number().int().min(200).max(599).default(400),
      code: z.number().int().optional(),
      subcode: z.number().int().optional(),
      isTransient: z.boolean().optional(),
      headers: z.record(z.string(), z.string()).optional(),
      rawBody: z.string().optional(),
    }),
    z.strictObject({ type: z.literal('delay'), delayMs: z.number().int().nonnegative() }),
    z.strictObject({ type: z.literal('drop_before') }),
    z.strictObject({ type: z.literal('drop_after') }),
    z.strictObject({ type: z.literal('garble') }),
  ]),
});

const settingsSchema = z.strictObject({
  latencyMs: z.number().int().nonnegative().optional(),
  rateLimits: z.boolean().optional(),
  unknownPeople: z.enum(['open', 'refused']).optional(),
});

const echoSchema = z.strictObject({ url: z.url(), secret: z.string().min(1) });

const clockSchema = z.strictObject({ advanceMs: z.number().int().nonnegative() });

export interface ControlRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
}

export interface CallCounts {
  calls: number;
  errors: number;
  errorsByCode: Record<string, number>;
}

/** What only the server itself can do. */
export interface ControlHost {
  callCounts: () => CallCounts;
  reset: () => void;
  reportEchoesTo: (url: string, secret: string) => void;
}

/** Steers the sandbox and looks into it; Instagram has nothing of the kind. */
export class ControlRoutes {
  constructor(
    private readonly state: SandboxState,
    private readonly faults: FaultPlan,
    private readonly host: ControlHost,
  ) {}

  /** @throws {ControlError} */
  handle({ method, path, query, body }: ControlRequest): object {
    const [resource = '', first, second] = path.slice(CONTROL_PREFIX.length + 1).split('/');
    switch (`${method} ${resource}`) {
      case 'DELETE ':
        this.host.reset();
        return { reset: true };
      case 'POST accounts':
        return this.registerAccount(parse(accountSchema, body));
      case 'POST inbound':
        return this.recordInbound(parse(inboundSchema, body));
      case 'POST comments':
        return this.recordComment(parse(commentSchema, body));
      case 'GET comments':
        return this.comment(first);
      case 'POST faults':
        return { id: this.faults.add(parse(faultSchema, body)) };
      case 'GET faults':
        return { items: this.faults.list() };
      case 'DELETE faults':
        this.faults.clear();
        return { cleared: true };
      case 'POST settings':
        return Object.assign(this.state.settings, parse(settingsSchema, body));
      case 'POST clock':
        this.state.advanceClock(parse(clockSchema, body).advanceMs);
        return { now: this.state.now() };
      case 'POST echoes':
        return this.subscribe(parse(echoSchema, body));
      case 'GET journal':
        return this.journal(query);
      case 'GET stats':
        return this.stats();
      case 'GET conversations':
        return this.conversation(first, second);
      default:
        throw new ControlError(`The sandbox has no ${method} ${path}`, 404);
    }
  }

  private registerAccount({ id: accountId, token, username, media }: z.infer<typeof accountSchema>): object {
    const account = this.state.account(accountId);
    if (token !== undefined) this.state.setToken(account, token);
    if (username !== undefined) account.username = username;
    for (const item of media ?? []) account.media.set(item.id, item);
    return { id: accountId };
  }

  /** A person wrote: the window is open. Answers the id of the message. */
  recordInbound(input: z.infer<typeof inboundSchema>): { mid: string } {
    const { mid = randomMessageId(), at: atMs = this.state.now(), text, name, username } = input;
    const conversation = this.state.conversation(this.state.account(input.account), input.person);
    this.state.keepMessage(conversation, { at: atMs, mid, text });
    conversation.lastInboundAt = Math.max(conversation.lastInboundAt ?? 0, atMs);
    conversation.name = name ?? conversation.name;
    conversation.username = username ?? conversation.username;
    conversation.follows = input.follows ?? conversation.follows;
    return { mid };
  }

  recordComment(input: z.infer<typeof commentSchema>): { id: string } {
    const { username, at: atMs = this.state.now(), ...comment } = input;
    const account = this.state.account(input.account);
    const earlier = this.state.comments.get(input.id);
    this.state.comments.set(input.id, {
      ...comment,
      at: atMs,
      privateReply: earlier?.privateReply,
      publicReplies: earlier?.publicReplies ?? [],
    });
    if (input.mediaId !== undefined && !account.media.has(input.mediaId)) {
      account.media.set(input.mediaId, { id: input.mediaId });
    }
    if (input.person !== input.account) {
      const conversation = this.state.conversation(account, input.person);
      conversation.commented = true;
      conversation.username = username ?? conversation.username;
    }
    return { id: input.id };
  }

  private subscribe({ url, secret }: z.infer<typeof echoSchema>): object {
    this.host.reportEchoesTo(url, secret);
    return { url };
  }

  private comment(commentId = ''): object {
    const comment = this.state.comments.get(commentId);
    if (!comment) throw new ControlError(`No comment ${commentId}`, 404);
    const { privateReply, ...rest } = comment;
    return { ...rest, ...(privateReply && { privateReply: this.present(privateReply) }) };
  }

  private journal(query: URLSearchParams): object {
    const after = Number(query.get('after') ?? 0);
    const limit = Math.min(Number(query.get('limit') ?? 1000), 10_000);
    if (!Number.isSafeInteger(after) || after < 0 || !Number.isSafeInteger(limit) || limit < 1) {
      throw new ControlError('after and limit must be whole numbers, limit at least 1');
    }
    const page = this.state.journal.page(after, limit);
    return {
      items: page.map((entry) => this.present(entry)),
      nextCursor: page.length === limit ? after + limit : null,
    };
  }

  private stats(): SandboxStats {
    let distinctRecipients = 0;
    let recipientsSentSeveral = 0;
    for (const { people } of this.state.accounts.values()) {
      for (const { sends } of people.values()) {
        if (sends > 0) distinctRecipients += 1;
        if (sends > 1) recipientsSentSeveral += 1;
      }
    }
    let commentsRepliedSeveral = 0;
    for (const { privateReply, publicReplies } of this.state.comments.values()) {
      if (privateReply) distinctRecipients += 1;
      if (publicReplies.length > 1) commentsRepliedSeveral += 1;
    }
    return {
      ...this.state.journal.stats(),
      distinctRecipients,
      recipientsSentSeveral,
      commentsRepliedSeveral,
      ...this.host.callCounts(),
    };
  }

  private conversation(accountId = '', person = ''): object {
    const conversation = this.state.accounts.get(accountId)?.people.get(person);
    if (!conversation) throw new ControlError(`Account ${accountId} has no conversation with ${person}`, 404);
    const { messages, ...rest } = conversation;
    return {
      account: accountId,
      ...rest,
      messages: messages.map((message) =>
        isInbound(message)
          ? { direction: 'in', at: message.at, id: message.mid, text: message.text }
          : Object.assign(this.present(message), { direction: 'out' }),
      ),
    };
  }

  private present(entry: JournalEntry): object {
    return { id: this.state.journal.idOf(entry), ...entry };
  }
}

function parse<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new ControlError(z.prettifyError(result.error));
}
