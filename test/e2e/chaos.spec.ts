import { describe, expect, it } from '@jest/globals';
import type { ChaosOptions } from '../support/chaos/chaos-plan.js';
import { runChaos } from '../support/chaos/chaos-run.js';

const SHORT: Omit<ChaosOptions, 'seed' | 'store'> = {
  events: 200,
  servers: 3,
  senders: 12,
  paceMs: 100,
  killEveryMs: 1000,
  storeKills: 2,
  countAtOnce: true,
  leaseMs: 1000,
  latencyMs: 300,
};

/** `npm run test:chaos` */
const LONG: typeof SHORT = {
  events: 25_000,
  servers: 4,
  senders: 100,
  paceMs: 100,
  killEveryMs: 1000,
  storeKills: 2,
  countAtOnce: false,
  leaseMs: 5000,
  latencyMs: 50,
};

const { CHAOS_SEED, CHAOS_EVENTS } = process.env;
const isLong = CHAOS_EVENTS !== undefined;
const seed = CHAOS_SEED === 'random' ? Math.trunc(Math.random() * 2 ** 31) : Number(CHAOS_SEED ?? 20_261_124);
const options = isLong ? { ...LONG, events: Number(CHAOS_EVENTS), seed } : { ...SHORT, seed };

describe('servers that are killed at random', () => {
  it.each(isLong ? (['own process', 'in the servers'] as const) : (['own process'] as const))(
    'end every accepted event once and in order, with their store %s',
    async (store) => {
      if (isLong) process.stderr.write(`chaos with the store ${store}, CHAOS_SEED=${seed}\n`);
      const { violations, figures, exitCodes } = await runChaos({ ...options, store });
      if (isLong) process.stderr.write(`${JSON.stringify(figures, undefined, 2)}\n`);
      expect(violations).toEqual([]);
      expect(exitCodes).toEqual(exitCodes.map(() => 0));
      expect(figures['serverKills']).toBeGreaterThan(0);
      expect(figures['storeKills']).toBe(options.storeKills);
    },
    isLong ? 3_600_000 : 120_000,
  );
});
