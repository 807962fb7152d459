import assert from 'node:assert/strict';
import { JobClaimRepository } from '../../../src/queue/job-claim.repository.js';
import { JobGroupRepository } from '../../../src/queue/job-group.repository.js';
import { JobIntake } from '../../../src/queue/job-intake.js';
import { JobRunner } from '../../../src/queue/job-runner.js';
import { Claimer } from '../../../src/queue/claimer.js';
import { DeadLettersService } from '../../../src/queue/dead-letters/dead-letters.service.js';
import type { JobDocument } from '../../../src/queue/job.schema.js';
import { ParkedKeys } from '../../../src/queue/parked-keys.js';
import { ParkingService } from '../../../src/queue/parking.service.js';
import { QueueTimers } from '../../../src/queue/queue-timers.js';
import { QueueUpkeep } from '../../../src/queue/queue-upkeep.js';
import { Rescuer } from '../../../src/queue/rescuer.js';
import { ManualClock, QueueApp } from '../queue-app.js';
import { testConfig } from '../test-config.js';
import { brokenInvariants } from './invariants.js';
import { forbidden, type Step } from './transition-table.js';

export const LEASE_MS = 10_000;
export const MAX_ATTEMPTS = 3;

export type Snapshot = Map<string, JobDocument>;

/** A job that a process of the model believes to hold. */
export type Held = JobDocument & { claimToken: string };

/**
 * The parts of the queue on a real store, taken one step at a time by the test and not by timers. After each step every
 * job is compared with what it was before: what is not in the table of states must not have happened.
 */
export class ModelQueue {
  readonly claims: JobClaimRepository;
  readonly groups: JobGroupRepository;
  readonly intake: JobIntake;
  readonly runner: JobRunner;
  readonly rescuer: Rescuer;
  readonly parking: ParkingService;
  readonly deadLetters: DeadLettersService;
  /** What each process believes to hold, and has begun to run. */
  processes: Held[][] = [];
  /** The last verified state. */
  jobs: Snapshot = new Map();
  /** Jobs that take their turn by their arrival, in that order: neither stored for later nor redriven. */
  inOrder: string[] = [];
  private round = 0;

  private constructor(
    readonly app: QueueApp,
    readonly clock: ManualClock,
  ) {
    const { module } = app;
    this.claims = module.get(JobClaimRepository);
    this.groups = module.get(JobGroupRepository);
    this.intake = module.get(JobIntake);
    this.runner = module.get(JobRunner);
    this.rescuer = module.get(Rescuer);
    this.parking = module.get(ParkingService);
    this.deadLetters = module.get(DeadLettersService);
  }

  static async start(): Promise<ModelQueue> {
    const clock = new ManualClock();
    const config = testConfig({
      QUEUE_LEASE_MS: String(LEASE_MS),
      QUEUE_MAX_ATTEMPTS: String(MAX_ATTEMPTS),
      QUEUE_POLL_MS: '60000',
      RATE_LIMIT_PER_MINUTE: '5',
    });
    const app = await QueueApp.start(config, clock);
    app.module.get(QueueTimers).stop();
    await app.module.get(Claimer).stop();
    await app.module.get(QueueUpkeep).stop();
    return new ModelQueue(app, clock);
  }

  /** An empty queue, with `processes` processes. */
  async reset(processes: number): Promise<void> {
    this.round += 1;
    await this.app.jobs.deleteMany({});
    await this.app.connection.collection('parked_keys').deleteMany({});
    this.app.module.get(ParkedKeys).replace([]);
    this.processes = Array.from({ length: processes }, () => []);
    this.jobs = new Map();
    this.inOrder = [];
  }

  /** A key whose limit no earlier round has used up. */
  limitKey(name: string): string {
    return `${name} of round ${this.round}`;
  }

  /** Does `work`; returns its result, with the state before it, once it has done nothing that it may not. */
  async step<T>(step: Step, work: () => Promise<T>): Promise<{ result: T; before: Snapshot }> {
    const before = this.jobs;
    const result = await work();
    await this.look();
    const ids = new Set([...before.keys(), ...this.jobs.keys()]);
    assert.deepEqual(
      [...ids].flatMap((id) => forbidden(step, before.get(id), this.jobs.get(id)) ?? []),
      [],
    );
    return { result, before };
  }

  /** Learns the state, which must be one that may be. */
  async look(): Promise<void> {
    const jobs = (await this.app.jobs.find({}).sort({ _id: 1 }).toArray()) as JobDocument[];
    assert.deepEqual(brokenInvariants(jobs, MAX_ATTEMPTS), []);
    this.jobs = new Map(jobs.map((job) => [idOf(job), job]));
  }

  get unended(): JobDocument[] {
    return [...this.jobs.values()].filter(({ finishedAt }) => finishedAt === undefined);
  }

  /** Whether the claim still counts. */
  holds(held: Held): boolean {
    const job = this.jobs.get(idOf(held));
    return job?.status === 'processing' && job.claimToken === held.claimToken;
  }

  /** These are running in this process from now on: alone in their groups, and each in its turn. */
  begin(process: number, jobs: Held[]): void {
    this.processes[process]!.push(...jobs);
    const running = this.processes.flat().filter((held) => this.holds(held));
    const groups = running.flatMap(({ groupKey }) => groupKey ?? []);
    assert.equal(new Set(groups).size, groups.length);
    assert.equal(new Set(running.map(idOf)).size, running.length);
    for (const job of jobs) this.expectItsTurn(job);
  }

  private expectItsTurn(job: Held): void {
    const place = this.inOrder.indexOf(idOf(job));
    if (place === -1 || job.groupKey === undefined) return;
    const earlier = this.inOrder.slice(0, place).map((id) => this.jobs.get(id)!);
    const overtaken = earlier.filter(
      ({ groupKey, finishedAt }) => groupKey === job.groupKey && finishedAt === undefined,
    );
    assert.deepEqual(overtaken, []);
  }
}

/** One thing that happens to the queue. Where it names a process or a job, it is the n-th that there is. */
export type QueueCommand = (queue: ModelQueue) => Promise<void>;

export const picked = <T>(items: T[], n: number): T | undefined => items[n % Math.max(1, items.length)];

export const idOf = ({ _id }: JobDocument): string => _id.toHexString();
