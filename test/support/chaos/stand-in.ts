import type { JournalEntry } from '../../../src/instagram/sandbox/sandbox.types.js';
import { BuiltProcess } from '../server-process.js';
import type { ChaosConversation, Mishap } from './chaos-plan.js';

const PAGE = 10_000;

const EFFECTS: Record<Mishap, { times: number | null; effect: object }> = {
  'answer lost': { times: 1, effect: { type: 'drop_after' } },
  'refused for a moment': { times: 1, effect: { type: 'error', status: 500, code: 2, isTransient: true } },
  'refused for good': { times: null, effect: { type: 'error', status: 403, code: 10 } },
};

/** The stand-in for Instagram as a process of its own, which outlives everything that is killed. */
export class StandIn {
  private constructor(
    readonly process: BuiltProcess,
    readonly url: string,
  ) {}

  static async start(latencyMs: number): Promise<StandIn> {
    const args = ['--latency-ms', String(latencyMs)];
    const process = BuiltProcess.start('dist/instagram/sandbox/main.js', args, {});
    const [url] = await process.line(/^http:\S+$/);
    return new StandIn(process, url);
  }

  async arrange({ account, person, mishap }: ChaosConversation): Promise<void> {
    if (mishap === undefined) return;
    const fault = { match: { call: 'send', account, person }, ...EFFECTS[mishap] };
    const response = await fetch(`${this.url}/_sandbox/faults`, {
      method: 'POST',
      body: JSON.stringify(fault),
    });
    if (!response.ok) throw new Error(`the stand-in refused a fault: ${await response.text()}`);
  }

  /** Everything that was sent, in order. */
  async journal(): Promise<JournalEntry[]> {
    const entries: JournalEntry[] = [];
    for (let after: number | null = 0; after !== null;) {
      const response = await fetch(`${this.url}/_sandbox/journal?after=${after}&limit=${PAGE}`);
      const page = (await response.json()) as { items: JournalEntry[]; nextCursor: number | null };
      entries.push(...page.items);
      after = page.nextCursor;
    }
    return entries;
  }
}
