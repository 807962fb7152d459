import { setTimeout as sleep } from 'node:timers/promises';
import { makeTempDir, removeTempDir } from '../temp-dir.js';
import { testSecrets } from '../test-config.js';
import { adminCall } from '../webhook-client.js';
import { accountIds, automationOf, planConversations, type ChaosOptions } from './chaos-plan.js';
import { Cluster } from './cluster.js';
import { Delivery } from './delivery.js';
import { JobWatch } from './job-watch.js';
import { Killer } from './killer.js';
import { SeededRandom } from './seeded-random.js';
import { StandIn } from './stand-in.js';
import { violations, type Remains } from './verdict.js';

export type StatsCounts = Record<'pending' | 'retrying' | 'processing' | 'completed' | 'dead', number>;

export interface ChaosResult {
  violations: string[];
  /** What was killed, posted, sent; for the reader, not to be compared. */
  figures: Record<string, number>;
  exitCodes: unknown[];
}

const LOOK_EVERY_MS = 250;

/** Kills servers and their store while events come in, and tells what is wrong when all has settled. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const ending: (() => Promise<unknown>)[] = [];
  const dir = await makeTempDir();
  ending.push(() => removeTempDir(dir));
  try {
    const standIn = await StandIn.start(options.latencyMs);
    ending.push(() => standIn.process.kill('SIGKILL'));
    const cluster = new Cluster(dir, options, standIn.url);
    ending.push(() => cluster.destroy());
    await cluster.start();
    const watch = await JobWatch.connect(cluster.uri);
    ending.push(() => watch.close());
    return await explained(cluster, new ChaosRun(options, standIn, cluster, watch).run());
  } finally {
    for (const end of ending.toReversed()) await end();
  }
}

/** Keeps what the processes said when something is wrong. */
async function explained(cluster: Cluster, run: Promise<ChaosResult>): Promise<ChaosResult> {
  const result = await run.catch(async (cause: unknown) => {
    throw new Error(`the run failed; see ${await cluster.writeOutputs()}`, { cause });
  });
  if (result.violations.length > 0) await cluster.writeOutputs();
  return result;
}

class ChaosRun {
  private readonly random: SeededRandom;
  private readonly startedAt = performance.now();

  constructor(
    private readonly options: ChaosOptions,
    private readonly standIn: StandIn,
    private readonly cluster: Cluster,
    private readonly watch: JobWatch,
  ) {
    this.random = new SeededRandom(options.seed);
  }

  async run(): Promise<ChaosResult> {
    const conversations = planConversations(this.options.events, this.random.fork());
    for (const conversation of conversations) await this.standIn.arrange(conversation);
    await this.connectAccounts();
    const delivery = new Delivery(this.options, this.cluster.urls, this.random.fork());
    const killer = new Killer(this.options, this.cluster, this.random.fork());
    const watched = this.watch.watch();
    await Promise.all([delivery.all(conversations), killer.run(() => delivery.accepted)]);
    const acceptedAfterMs = performance.now() - this.startedAt;
    this.watch.stop();
    await watched;
    await this.watch.allEnded();
    const endedAfterMs = performance.now() - this.startedAt;
    const remains = await this.remains();
    if (this.options.countAtOnce) await this.watch.countNow();
    const statsAfterMs = await this.untilStatsAgree(remains);
    const found = [...violations(conversations, remains), ...this.watch.endedTwice];
    return {
      violations: found,
      exitCodes: await this.cluster.stopServers(),
      figures: {
        events: this.options.events,
        conversations: conversations.length,
        ...figuresOf(remains),
        refusedPosts: delivery.refused,
        redelivered: delivery.redelivered,
        serverKills: killer.serverKills,
        storeKills: killer.storeKills,
        acceptedAfterMs: Math.round(acceptedAfterMs),
        endedAfterMs: Math.round(endedAfterMs),
        statsAgreedAfterMs: Math.round(statsAfterMs),
      },
    };
  }

  private async connectAccounts(): Promise<void> {
    const call = (path: string, body: object) =>
      adminCall(this.cluster.urls[0]!, testSecrets.adminToken, 'POST', path, body);
    for (const instagramId of accountIds()) {
      await call('accounts', { instagramId, username: `shop_${instagramId}`, accessToken: 'IGAA-chaos' });
      await call('automations', automationOf(instagramId));
    }
  }

  private async remains(): Promise<Remains> {
    return {
      jobs: await this.watch.jobs.find({}).toArray(),
      messages: await this.watch.messages.find({}).toArray(),
      journal: await this.standIn.journal(),
    };
  }

  /** The totals miss what killed processes had not written; within about a minute somebody counts. */
  private async untilStatsAgree({ jobs }: Remains): Promise<number> {
    const started = performance.now();
    const dead = jobs.filter(({ status }) => status === 'dead').length;
    const wanted = [0, 0, 0, jobs.length - dead, dead].join();
    for (;;) {
      const response = await fetch(`${this.cluster.urls[0]}/api/webhooks/queue-stats`);
      const { pending, retrying, processing, completed, ...stats } = (await response.json()) as StatsCounts;
      const found = [pending, retrying, processing, completed, stats.dead].join();
      if (found === wanted) return performance.now() - started;
      await sleep(LOOK_EVERY_MS);
    }
  }
}

function figuresOf({ jobs, messages, journal }: Remains): Record<string, number> {
  const count = <T>(items: T[], holds: (item: T) => boolean) => items.filter(holds).length;
  return {
    completed: count(jobs, ({ status }) => status === 'completed'),
    dead: count(jobs, ({ status }) => status === 'dead'),
    deadByLostProcess: count(jobs, ({ outcome }) => outcome?.['reason'] === 'worker_lost'),
    rescuedJobs: count(jobs, ({ rescues }) => rescues > 0),
    sends: journal.length,
    flagged: count(messages, ({ possibleDuplicate }) => possibleDuplicate),
  };
}
