import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import { GraphConfig } from '../../config/app-config.js';
import { Clock } from '../../database/clock.js';
import { GraphClient } from '../../instagram/graph/graph.client.js';
import type { GraphUsage } from '../../instagram/graph/graph-usage.js';
import { bucketLimit, sendBuckets, spacingMs, type SendBucket } from '../../instagram/limits/send-limits.js';
import type { RunningJob } from '../../queue/job.types.js';
import { THROTTLED_MS } from '../answering/graph-failure.js';
import { SuspendedError } from '../flows/flow.errors.js';
import { LimitFigures } from './limit-figures.js';
import { SendAllowance, type Turn } from './send-allowance.js';
import { SendLimitRepository } from './send-limit.repository.js';

/** A wait up to this is not worth another run of the job. */
const INLINE_WAIT_MS = 1500;
/** Clocks of processes agree to within this. */
const SLACK_MS = 5;
/**
 * A job that came back later than this after its turn, as after an outage, has to get in line again. Longer would let a
 * late crowd in together with the next one.
 */
const PLACE_LIFE_MS = 600_000;
const MAX_ALLOWANCES = 20_000;
const IDLE_MS = 120_000;
const SPACED_MS = 60_000;
/** Of headers that say the same, one is enough. */
const OBSERVE_EVERY_MS = 2000;
const SHOW_EVERY_MS = 10_000;
const SHOW_SAME_EVERY_MS = 300_000;
/** Instagram counts by the hour. */
const CALLS_KEPT_MS = 3_600_000;

export interface SendTurn {
  account: string;
  bucket: SendBucket;
  /** Of the send: the same in each run of its job. */
  id: string;
  job: Pick<RunningJob, 'id' | 'enqueuedAt' | 'isFirstRun' | 'signal'>;
}

/** Keeps each account within Instagram's limits, over all processes: what is above waits for its turn. */
@Injectable()
export class SendLimiter implements OnModuleInit {
  private readonly logger = new Logger('Automation');
  private readonly allowances = new Map<string, SendAllowance>();
  private readonly observed = new Map<string, number>();
  readonly figures = new LimitFigures();
  private readonly shown = new Map<string, { percent: number; at: number }>();

  constructor(
    private readonly config: GraphConfig,
    private readonly limits: SendLimitRepository,
    private readonly accounts: AccountsService,
    private readonly graph: GraphClient,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.graph.onUsage = (account, usage) => {
      this.observe(account, usage).catch((error: unknown) =>
        this.logger.warn({ msg: 'could not keep how much Instagram allows', account, error }),
      );
    };
  }

  /**
   * Resolves when the send may be made.
   *
   * @throws {SuspendedError} when its turn is some time away: the job comes back then
   */
  async acquire(turn: SendTurn): Promise<void> {
    const limit = bucketLimit(turn.bucket, this.config.limits);
    if (!Number.isFinite(limit.maxWaitMs)) return this.acquireInOrder(turn);
    const { type, atMs } = await this.take(turn);
    if (type === 'later') this.suspend(turn, atMs);
    await this.waitFor(turn, atMs);
  }

  /** Takes the turn, however late it is, and keeps it for the run that comes back. */
  private async acquireInOrder(turn: SendTurn): Promise<void> {
    // A first run can spare the question.
    const kept = turn.job.isFirstRun ? null : await this.limits.placeOf(turn.id);
    const stillMine = kept !== null && this.clock.now() <= kept.getTime() + PLACE_LIFE_MS;
    const beginMs = stillMine ? kept.getTime() : (await this.take(turn)).atMs;
    if (beginMs - this.clock.now() <= INLINE_WAIT_MS) return this.waitFor(turn, beginMs);
    if (!stillMine) await this.keepPlace(turn.id, new Date(beginMs));
    this.suspend(turn, beginMs);
  }

  private async waitFor({ job }: SendTurn, beginMs: number): Promise<void> {
    const waitMs = beginMs - this.clock.now();
    if (waitMs > SLACK_MS) await sleep(waitMs, undefined, { signal: job.signal });
  }

  private suspend({ bucket }: SendTurn, untilMs: number): never {
    this.figures.countPutOff(bucket);
    throw new SuspendedError(new Date(untilMs), `limit_${bucket}`);
  }

  /** Whether it is known that the next send would have to wait for long. */
  isUsedUp({ account, bucket }: Pick<SendTurn, 'account' | 'bucket'>): boolean {
    const next = this.allowances.get(keyOf(account, bucket))?.nextBeginMs;
    return next !== undefined && next > this.clock.now() + INLINE_WAIT_MS;
  }

  /** Lets a send be made at this time, by a later run of its job, without getting in line again. */
  async keepPlace(id: string, at: Date): Promise<void> {
    await this.limits.keepPlace(id, at, new Date(at.getTime() + 2 * PLACE_LIFE_MS));
  }

  /** Of any account, lately: see {@link LimitFigures}. */
  highestUsagePercent(): number {
    return this.figures.highestUsagePercent(this.clock.now());
  }

  /** What Instagram says of the account's usage: the nearer to the end, the slower; at the end, a rest. */
  async observe(account: string, { app, business }: GraphUsage): Promise<void> {
    const figures = [...business, ...(app ? [app] : [])];
    const percent = Math.max(
      0,
      ...figures.map((each) =>
        Math.max(each.callCountPercent, each.totalTimePercent, each.totalCpuTimePercent),
      ),
    );
    const regainMs = Math.max(0, ...business.map(({ regainAccessMs }) => regainAccessMs));
    const now = this.clock.now();
    this.figures.noteUsage(percent, now);
    if (figures.length > 0) await this.showCalls(account, percent, now);
    if (percent < 80 && regainMs === 0) return;
    const rests = regainMs > 0 || percent >= 100;
    const says = `${account}:${rests}`;
    if (now - (this.observed.get(says) ?? -Infinity) < OBSERVE_EVERY_MS) return;
    if (this.observed.size > MAX_ALLOWANCES) this.observed.clear();
    this.observed.set(says, now);
    if (rests) {
      await this.accounts.markThrottled({ instagramId: account }, now + (regainMs || THROTTLED_MS));
      return;
    }
    this.logger.warn({ msg: 'near the limit of an account, slowing down', account, percent });
    for (const bucket of sendBuckets) {
      const spacing = spacingMs(percent, bucketLimit(bucket, this.config.limits));
      await this.limits.space(keyOf(account, bucket), spacing, this.clock.date(SPACED_MS));
    }
  }

  /** Written seldom: it is for people, and each answer of Instagram's brings it. */
  private async showCalls(account: string, percent: number, now: number): Promise<void> {
    const shown = this.shown.get(account);
    if (
      shown &&
      (shown.percent === percent ? now - shown.at < SHOW_SAME_EVERY_MS : now - shown.at < SHOW_EVERY_MS)
    )
      return;
    if (this.shown.size > MAX_ALLOWANCES) this.shown.clear();
    this.shown.set(account, { percent, at: now });
    const usage = { percent, at: new Date(now) };
    await this.limits.recordCallUsage(account, usage, new Date(now + CALLS_KEPT_MS));
  }

  private take({ account, bucket, job }: SendTurn): Promise<Turn> {
    return this.allowanceOf(account, bucket).take(
      `${String(job.enqueuedAt.getTime()).padStart(15, '0')}:${job.id}`,
      job.isFirstRun,
    );
  }

  private allowanceOf(account: string, bucket: SendBucket): SendAllowance {
    const key = keyOf(account, bucket);
    const known = this.allowances.get(key);
    if (known) return known;
    if (this.allowances.size >= MAX_ALLOWANCES) this.prune();
    const limit = bucketLimit(bucket, this.config.limits);
    const allowance = new SendAllowance(
      limit,
      () => this.clock.now(),
      (chunks, lifeMs) => this.limits.reserve({ key, limit, chunks, now: this.clock.date(), lifeMs }),
    );
    this.allowances.set(key, allowance);
    return allowance;
  }

  /** One that is idle for longer than a chunk can live holds nothing. */
  private prune(): void {
    const idleSince = this.clock.now() - IDLE_MS;
    for (const [key, { lastUsedAt }] of this.allowances) {
      if (lastUsedAt < idleSince) this.allowances.delete(key);
    }
  }
}

const keyOf = (account: string, bucket: SendBucket): string => `${account}:${bucket}`;
