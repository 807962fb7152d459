import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../database/clock.js';
import { ConflictError, NotFoundError } from '../http/http.errors.js';
import {
  AccountRepository,
  type AccountFilter,
  type StatusChange,
  type StatusCondition,
} from './account.repository.js';
import type { AccountDocument, AccountStatus } from './account.schema.js';
import { TokenCipher } from './token.cipher.js';

/** An account as handlers use it. */
export interface ConnectedAccount {
  instagramId: string;
  username: string;
  status: AccountStatus;
  /** With status `throttled`: until when, in ms since the epoch. Once that has passed, it may send again. */
  throttledUntil?: number;
  accessToken: string;
  /** Tells this token from one that the owner enters later. */
  tokenId: string;
}

/** A token as Instagram gave it. */
export interface IssuedToken {
  accessToken: string;
  expiresInMs: number;
}

/** An owner who has just logged in. */
export interface Login {
  instagramId: string;
  username: string;
  appScopedId?: string | undefined;
  token: IssuedToken;
}

/** Instagram refreshes no token that is younger than a day. */
const REFRESHABLE_AFTER_MS = 25 * 3_600_000;

/** What others need to know when an account can send no more, or again. */
export type AccountState = Pick<ConnectedAccount, 'instagramId' | 'status' | 'throttledUntil'>;

/**
 * How long a change made by another process may go unnoticed. Time is cut into slices of this length, the same for all
 * accounts, so that they are read again together.
 */
const CACHE_MS = 2000;
/** Ids come from webhooks, so anybody's may be looked up. */
const MAX_CACHED = 10_000;

interface Cached {
  slice: number;
  account: Promise<ConnectedAccount | null>;
}

@Injectable()
export class AccountsService {
  private readonly logger = new Logger('Accounts');
  private readonly cache = new Map<string, Cached>();
  private readonly watchers: ((state: AccountState) => Promise<void>)[] = [];

  constructor(
    private readonly accounts: AccountRepository,
    private readonly cipher: TokenCipher,
    private readonly clock: Clock,
  ) {}

  /** Has `watcher` told of each change of status that this process makes, before the change is answered. */
  watch(watcher: (state: AccountState) => Promise<void>): void {
    this.watchers.push(watcher);
  }

  /** Read for every event, so answers are shared for two seconds; changes made in this process count at once. */
  find(instagramId: string): Promise<ConnectedAccount | null> {
    const cached = this.cache.get(instagramId);
    const slice = Math.floor(performance.now() / CACHE_MS);
    if (cached?.slice === slice) return cached.account;
    const account = this.read(instagramId);
    if (this.cache.size >= MAX_CACHED) this.cache.clear();
    this.cache.set(instagramId, { slice, account });
    account.catch(() => this.cache.delete(instagramId));
    return account;
  }

  async get(instagramId: string): Promise<AccountDocument> {
    return (await this.accounts.find(instagramId)) ?? notFound(instagramId);
  }

  list(limit: number, cursor: string | undefined, filter?: AccountFilter): Promise<AccountDocument[]> {
    return this.accounts.list(limit, cursor, filter);
  }

  /** Those that can't send, or whose token ends before a time. */
  needingAttention(tokenEndsBefore: Date, limit: number): Promise<AccountDocument[]> {
    return this.accounts.needingAttention(tokenEndsBefore, limit);
  }

  async connect(instagramId: string, username: string, accessToken: string): Promise<AccountDocument> {
    const token = this.cipher.seal(accessToken, instagramId);
    const refreshAt = firstRefresh(this.clock.now());
    const created = await this.accounts.create({ instagramId, username, token, refreshAt });
    if (!created) throw new ConflictError('account_exists', `Account ${instagramId} is connected already.`);
    this.cache.delete(instagramId);
    await this.tell(instagramId, { status: 'active' });
    this.logger.log({ msg: 'account connected', account: instagramId });
    return created;
  }

  /** Connects an account by a token that Instagram has just given, or gives it that token and sets it going again. */
  async connectByLogin({ instagramId, username, appScopedId, token }: Login): Promise<AccountDocument> {
    const fields = {
      username,
      ...this.tokenFields(instagramId, token),
      ...(appScopedId !== undefined && { appScopedId }),
    };
    const created = await this.accounts.create({ instagramId, ...fields });
    if (!created) await this.accounts.update(instagramId, fields);
    // Also for a new one: what was set aside of an earlier connection of the same account goes on.
    await this.setStatus(instagramId, { status: 'active' });
    this.cache.delete(instagramId);
    this.logger.log({ msg: 'account connected by login', account: instagramId });
    return this.get(instagramId);
  }

  /**
   * Replaces the token of an account by the one that Instagram gave for it. False when the owner has entered another
   * meanwhile, which stays: that one is newer.
   */
  async replaceToken({ instagramId, tokenId }: ConnectedAccount, token: IssuedToken): Promise<boolean> {
    const replaced = await this.accounts.update(instagramId, this.tokenFields(instagramId, token), {
      tokenId,
    });
    this.cache.delete(instagramId);
    return replaced !== null;
  }

  /** How many accounts have each status. */
  countByStatus(): Promise<Record<AccountStatus, number>> {
    return this.accounts.countByStatus();
  }

  /** By either of the ids by which Instagram may speak of it. */
  findByEitherId(id: string): Promise<AccountDocument | null> {
    return this.accounts.findByEitherId(id);
  }

  /** The next account whose token is to be refreshed; no other process gets it within `leaseMs`. */
  async claimRefresh(leaseMs: number): Promise<ConnectedAccount | null> {
    const due = await this.accounts.claimRefresh(this.clock.date(), this.clock.date(leaseMs));
    return due && this.read(due.instagramId);
  }

  /** A new token ends `reconnect`. */
  async update(
    instagramId: string,
    change: { username?: string; accessToken?: string; status?: 'active' | 'paused' },
  ): Promise<AccountDocument> {
    const { username, accessToken, status } = change;
    const token = accessToken === undefined ? undefined : this.cipher.seal(accessToken, instagramId);
    const before = await this.get(instagramId);
    const refreshAt = firstRefresh(this.clock.now());
    await this.accounts.update(instagramId, {
      ...(username && { username }),
      ...(token && { token, refreshAt }),
    });
    if (status === 'paused') await this.setStatus(instagramId, { status, statusReason: 'by_owner' });
    if (status === 'active' || (token && before.status === 'reconnect')) {
      await this.setStatus(instagramId, { status: 'active' });
    }
    this.cache.delete(instagramId);
    return this.get(instagramId);
  }

  async disconnect(instagramId: string): Promise<void> {
    if (!(await this.accounts.delete(instagramId))) notFound(instagramId);
    this.cache.delete(instagramId);
    // What was set aside ends, each with its outcome.
    await this.tell(instagramId, { status: 'active' });
    this.logger.log({ msg: 'account disconnected', account: instagramId });
  }

  /**
   * The token is expired or revoked: nothing can be sent until the owner connects the account again. A token that the
   * owner has replaced in the meantime says nothing of the new one.
   */
  async markReconnect({ instagramId, tokenId }: ConnectedAccount, reason: string): Promise<void> {
    const change = { status: 'reconnect', statusReason: reason } as const;
    const marked = await this.mark(instagramId, change, { from: ['active', 'throttled'], tokenId });
    if (marked) this.logger.error({ msg: 'account must be reconnected', account: instagramId, reason });
  }

  /** Instagram restricted the account: calling on would make it worse. */
  async markPaused({ instagramId }: ConnectedAccount, reason: string): Promise<void> {
    const change = { status: 'paused', statusReason: reason } as const;
    const marked = await this.mark(instagramId, change, { from: ['active', 'throttled'] });
    if (marked) this.logger.error({ msg: 'account paused', account: instagramId, reason });
  }

  /** @param untilMs when Instagram takes calls again, in ms since the epoch */
  async markThrottled(
    { instagramId }: Pick<ConnectedAccount, 'instagramId'>,
    untilMs: number,
  ): Promise<void> {
    const throttledUntil = new Date(untilMs);
    const change = { status: 'throttled', throttledUntil } as const;
    const marked = await this.mark(instagramId, change, { from: ['active', 'throttled'] });
    if (marked) this.logger.warn({ msg: 'account throttled', account: instagramId, until: throttledUntil });
  }

  /** Its rest is over; unless something else has become of it. */
  async endThrottle({ instagramId }: Pick<ConnectedAccount, 'instagramId'>): Promise<void> {
    await this.mark(instagramId, { status: 'active' }, { from: ['throttled'] });
  }

  /** What Instagram says changes only an account that may send: never what the owner has decided. */
  private async mark(instagramId: string, change: StatusChange, unless: StatusCondition): Promise<boolean> {
    const marked = await this.accounts.setStatus(instagramId, change, unless);
    this.cache.delete(instagramId);
    if (marked) await this.tell(instagramId, change);
    return marked;
  }

  private async setStatus(instagramId: string, change: StatusChange): Promise<void> {
    await this.accounts.setStatus(instagramId, change);
    this.cache.delete(instagramId);
    await this.tell(instagramId, change);
  }

  private async tell(instagramId: string, { status, throttledUntil }: StatusChange): Promise<void> {
    const state = {
      instagramId,
      status,
      ...(throttledUntil && { throttledUntil: throttledUntil.getTime() }),
    };
    for (const watcher of this.watchers) await watcher(state);
  }

  private async read(instagramId: string): Promise<ConnectedAccount | null> {
    const account = await this.accounts.find(instagramId);
    if (!account) return null;
    const { username, status, throttledUntil } = account;
    const accessToken = this.openToken(account);
    return {
      instagramId,
      username,
      status: accessToken === undefined ? 'reconnect' : status,
      ...(throttledUntil && { throttledUntil: throttledUntil.getTime() }),
      accessToken: accessToken ?? '',
      tokenId: account.token.iv,
    };
  }

  private tokenFields(instagramId: string, { accessToken, expiresInMs }: IssuedToken) {
    return {
      token: this.cipher.seal(accessToken, instagramId),
      tokenExpiresAt: this.clock.date(expiresInMs),
      refreshAt: this.clock.date(Math.max(expiresInMs / 2, REFRESHABLE_AFTER_MS)),
    };
  }

  /** Undefined when the key was rotated away: that account must be reconnected, and its events wait for it. */
  private openToken({ token, instagramId }: AccountDocument): string | undefined {
    try {
      return this.cipher.open(token, instagramId);
    } catch (error) {
      this.logger.error({ msg: 'account must be reconnected', account: instagramId, error });
      return undefined;
    }
  }
}

/** Of a token of unknown age: what the refresh answers tells how long it lasts. */
const firstRefresh = (nowMs: number): Date => new Date(nowMs + REFRESHABLE_AFTER_MS);

function notFound(instagramId: string): never {
  throw new NotFoundError('account_not_found', `There is no account ${instagramId}.`);
}
