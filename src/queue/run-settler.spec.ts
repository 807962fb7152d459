import { afterEach, describe, expect, it } from '@jest/globals';
import { Logger, type LoggerService } from '@nestjs/common';
import type { JobClaimRepository } from './job-claim.repository.js';
import type { JobGroupRepository } from './job-group.repository.js';
import { release } from './job-transitions.js';
import type { LeaseKeeper } from './lease-keeper.js';
import type { QueueCounters } from './queue-counters.js';
import { RunSettler } from './run-settler.js';

describe('RunSettler', () => {
  const lines: { msg: string; jobs: number }[] = [];
  const sink = (line: { msg: string; jobs: number }): void => void lines.push(line);
  const logger: LoggerService = { log: sink, warn: sink, error: sink };

  afterEach(() => Logger.overrideLogger(false));

  it('tells once of all ends that could not be written, and writes them again', async () => {
    Logger.overrideLogger(logger);
    let writes = 0;
    const settle = async (runs: unknown[]) => {
      writes += 1;
      if (writes === 1) throw new Error('the database is away');
      return { errors: runs.map(() => null), matched: runs.length };
    };
    const dropped: string[] = [];
    const leases = { handlerEnded: () => {}, drop: ({ id }: { id: string }) => void dropped.push(id) };
    const settler = new RunSettler(
      { settle } as unknown as JobClaimRepository,
      { unblock: async () => 0 } as unknown as JobGroupRepository,
      leases as unknown as LeaseKeeper,
      { runEnded: () => {} } as unknown as QueueCounters,
    );
    const end = (id: string) =>
      settler.end({
        claim: { id, claimToken: 'token' },
        groupKey: undefined,
        job: { kind: 'work', attempts: 1 },
        runMs: 1,
        transition: release(new Date()),
      });
    await Promise.all(['a', 'b', 'c'].map(end));
    expect(lines).toMatchObject([{ msg: 'could not store the ends of jobs, trying again', jobs: 3 }]);
    expect(dropped.toSorted()).toEqual(['a', 'b', 'c']);
    // Each waits by itself until it tries again: together, or not.
    expect(writes).toBeGreaterThan(1);
  });
});
