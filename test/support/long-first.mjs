import Sequencer from '@jest/test-sequencer';

/**
 * Jest begins with the files that took longest the last time; in a fresh clone it goes by their size, and the longest ones,
 * which start processes and servers, would run at the end beside idle workers.
 */
export default class LongFirst extends Sequencer {
  sort(tests) {
    // oxlint-disable-next-line unicorn/no-array-sort -- Jest's method, not an array's
    return super.sort(tests).toSorted((a, b) => weight(b) - weight(a));
  }
}

/** Files of processes, then of servers within the test's own process, then those of one unit. */
const weight = ({ path }) => Number(path.includes('/test/')) + Number(path.includes('/test/e2e/'));
