import { setTimeout as sleep } from 'node:timers/promises';
import type { ChaosOptions } from './chaos-plan.js';
import type { Cluster } from './cluster.js';
import type { SeededRandom } from './seeded-random.js';

const LONGEST_STORE_OUTAGE_MS = 2000;

/** Kills a random server each while, and the store at even steps of the work. */
export class Killer {
  serverKills = 0;
  storeKills = 0;
  private readonly restarts: Promise<void>[] = [];

  constructor(
    private readonly options: ChaosOptions,
    private readonly cluster: Cluster,
    private readonly random: SeededRandom,
  ) {}

  /** Until all is accepted; resolves when everything that was killed is back. */
  async run(accepted: () => number): Promise<void> {
    const { events, killEveryMs } = this.options;
    while (accepted() < events) {
      await sleep(killEveryMs);
      this.killServer();
      if (this.storeIsDue(accepted())) this.killStore();
    }
    await Promise.all(this.restarts);
  }

  private killServer(): void {
    const { up } = this.cluster;
    // Where a start takes seconds, none would ever be up, and nothing be put to the test.
    if (up.length < 2) return;
    this.serverKills += 1;
    this.restarts.push(this.cluster.killServer(this.random.pick(up)));
  }

  private storeIsDue(accepted: number): boolean {
    const { events, storeKills } = this.options;
    return this.storeKills < storeKills && accepted >= ((this.storeKills + 1) * events) / (storeKills + 1);
  }

  private killStore(): void {
    this.storeKills += 1;
    this.restarts.push(this.cluster.killStore(this.random.next() * LONGEST_STORE_OUTAGE_MS));
  }
}
