import { AccountLimits, type LimitName } from './account-limits.js';
import { GraphRefusal } from './sandbox.errors.js';
import type { AccountRecord, CommentRecord, Conversation, SandboxSettings } from './sandbox.types.js';
import { SendJournal } from './send-journal.js';

/** All that the stand-in for Instagram remembers. Nothing is written to disk: it ends with the process. */
export class SandboxState {
  accounts = new Map<string, AccountRecord>();
  comments = new Map<string, CommentRecord>();
  journal = new SendJournal();
  limits = new AccountLimits();
  /** Codes of logins that were not exchanged yet, with their accounts. */
  loginCodes = new Map<string, AccountRecord>();
  /** The accounts that each token was registered for or used with. */
  private accountsByToken = new Map<string, Set<AccountRecord>>();
  private aheadMs = 0;

  constructor(
    readonly settings: SandboxSettings,
    private readonly clock: () => number = Date.now,
  ) {}

  /** ms since the epoch, by the sandbox's clock. */
  now(): number {
    return this.clock() + this.aheadMs;
  }

  /** Lets time pass, to see windows and limits expire. */
  advanceClock(byMs: number): void {
    this.aheadMs += byMs;
  }

  reset(): void {
    this.accounts = new Map();
    this.comments = new Map();
    this.journal = new SendJournal();
    this.limits = new AccountLimits();
    this.loginCodes = new Map();
    this.accountsByToken = new Map();
    this.aheadMs = 0;
  }

  /** @throws {GraphRefusal} for a call too many, where limits are enforced */
  takeLimit(accountId: string, name: LimitName): void {
    const { rateLimits } = this.settings;
    const enforced = typeof rateLimits === 'boolean' ? rateLimits : rateLimits.includes(name);
    if (enforced) this.limits.take(accountId, name, this.now());
  }

  /** Accounts come into being when they are first named. */
  account(id: string): AccountRecord {
    let account = this.accounts.get(id);
    if (!account) {
      account = { id, username: `account_${id.slice(-6)}`, media: new Map(), people: new Map() };
      this.accounts.set(id, account);
    }
    return account;
  }

  setToken(account: AccountRecord, token: string): void {
    if (account.token !== undefined) this.accountsByToken.get(account.token)?.delete(account);
    account.token = token;
    this.noteUse(token, account);
  }

  /**
   * The account with this id, if the token is the one registered for it, or any token where none is registered.
   * @throws {GraphRefusal}
   */
  authorize(id: string, token: string | undefined): AccountRecord {
    if (!token) throw new GraphRefusal('badToken');
    const account = this.account(id);
    if (account.token !== undefined && account.token !== token) throw new GraphRefusal('badToken');
    this.noteUse(token, account);
    return account;
  }

  /** Calls that name no account are told apart by their token; tests may well use one token for many accounts. */
  accountsOf(token: string): ReadonlySet<AccountRecord> {
    return this.accountsByToken.get(token) ?? new Set();
  }

  /** The account that alone uses this token. */
  soleAccountOf(token: string | undefined): AccountRecord | undefined {
    const [account, other] = token === undefined ? [] : this.accountsOf(token);
    return other ? undefined : account;
  }

  conversation(account: AccountRecord, person: string): Conversation {
    let conversation = account.people.get(person);
    if (!conversation) {
      conversation = { person, lastInboundAt: null, commented: false, sends: 0, messages: [] };
      account.people.set(person, conversation);
    }
    return conversation;
  }

  private noteUse(token: string, account: AccountRecord): void {
    const accounts = this.accountsByToken.get(token);
    if (accounts) accounts.add(account);
    else this.accountsByToken.set(token, new Set([account]));
  }

  /** A push to an empty array reserves 17 places, and most conversations of a load test hold one message. */
  keepMessage(conversation: Conversation, message: Conversation['messages'][number]): void {
    if (conversation.messages.length === 0) conversation.messages = [message];
    else conversation.messages.push(message);
  }

  /**
   * @param accountId whose call names the comment, which makes it the owner of one that was not heard of
   * @throws {GraphRefusal} when such comments don't exist here
   */
  comment(id: string, accountId: string | null): CommentRecord {
    let comment = this.comments.get(id);
    if (!comment) {
      if (this.settings.unknownPeople === 'refused') throw new GraphRefusal('unknownObject');
      comment = {
        id,
        account: accountId,
        person: null,
        live: false,
        liveEnded: false,
        at: this.now(),
        publicReplies: [],
      };
      this.comments.set(id, comment);
    }
    return comment;
  }
}
