import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { queuePage } from './queue-page.js';
import type { QueueSnapshot } from './queue-snapshot.js';

const minutes = Array.from({ length: 60 }, (_, minute) => minute * 10);

const snapshot: QueueSnapshot = {
  at: new Date('2026-03-01T12:34:56'),
  paused: false,
  parked: 0,
  rates: { in: 152.4, out: 0.25 },
  minutes: { in: minutes, out: minutes.toReversed() },
  breakdown: {
    kinds: { message: { completed: 12_345, dead: 3 }, comment: { completed: 20, dead: 0 } },
    topLimitKeys: [{ key: '17841400000000001', count: 12_000 }],
  },
  errors: [
    {
      code: 'graph_transient',
      kind: 'message',
      dead: 3,
      retrying: 1,
      lastAt: new Date('2026-03-01T12:30:00'),
    },
  ],
  workers: { busy: 45, total: 180 },
  figures: {
    pending: 1234,
    retrying: 5,
    processing: 45,
    completed: 12_365,
    dead: 3,
    completedLastMinute: 590,
    completedLastHour: 12_365,
    duplicates: 0,
    deferred: 0,
    rescued: 0,
    leasesLost: 0,
    oldestPendingAgeMs: 850,
    waitMs: { p50: 5, p95: 20, p99: 80 },
    runMs: { p50: 110, p95: 230, p99: 400 },
  },
};

const plain = { columns: 80, rows: 40, colours: false };
const text = (change: Partial<QueueSnapshot>, size = plain) =>
  queuePage({ ...snapshot, ...change }, 2000, size);

describe('the page of watch-queue', () => {
  it('shows rates, states, workers, errors, kinds and accounts', () => {
    const page = text({}).join('\n');
    for (const part of ['152/s', '0.3/s', '▆▇▇', '1,234', '45/180', '12:34:56', 'healthy', '850 ms']) {
      expect(page).toContain(part);
    }
    expect(page).toMatch(/graph_transient \(message\) +3 dead, 1 retrying, last 12:30:00/);
    expect(page).toMatch(/message +12,345, 3 dead +17841400000000001 +12,000/);
  });

  it('fits any terminal, with colours and without', () => {
    const size = fc.record({
      columns: fc.integer({ min: 1, max: 200 }),
      rows: fc.integer({ min: 1, max: 60 }),
      colours: fc.boolean(),
    });
    fc.assert(
      fc.property(size, fc.nat(5_000_000), ({ columns, rows, colours }, pending) => {
        const figures = { ...snapshot.figures, pending };
        const lines = text({ figures }, { columns, rows, colours });
        expect(lines.length).toBeLessThanOrEqual(rows);
        for (const line of lines)
          expect([...stripVTControlCharacters(line)].length).toBeLessThanOrEqual(columns);
      }),
    );
  });

  it('has the same text in colours, and none of them when there are to be none', () => {
    const coloured = text({}, { ...plain, colours: true });
    expect(coloured.join('')).toContain('\u001B[');
    expect(coloured.map((line) => stripVTControlCharacters(line))).toEqual(text({}));
    expect(text({}).join('')).not.toContain('\u001B');
  });

  it('says that it is unhealthy, that claiming is paused, that accounts are set aside, and that no server answers', () => {
    const waiting = { ...snapshot.figures, oldestPendingAgeMs: 61_000 };
    expect(text({ figures: waiting })[0]).toContain('unhealthy');
    expect(text({ paused: true })[0]).toContain('claiming is paused');
    expect(text({ paused: true, lost: true })[0]).toContain('the database is silent');
    expect(text({ parked: 2 }).join('\n')).toContain('set aside: 2 accounts');
    expect(text({ workers: null }).join('\n')).toContain('no server answers');
  });

  it('obeys no control characters in what came from outside', () => {
    const topLimitKeys = [{ key: 'evil\u001B[2J\u0007', count: 1 }];
    const page = text({ breakdown: { ...snapshot.breakdown, topLimitKeys } }).join('');
    expect(page).not.toMatch(/\p{Cc}/u);
    expect(page).toContain('evil');
  });
});
