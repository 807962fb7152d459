import Sequencer from '@jest/test-sequencer';

/**
 * Jest begins with the files that took longest the last time; in a fresh clone it goes by their size, and the longest ones,
 * which start processes, would run at the end beside idle workers.
 */
export default class LongFirst extends Sequencer {
  sort(tests) {
    // oxlint-disable-next-line unicorn/no-array-sort -- Jest's method, not an array's
    return super.sort(tests).toSorted((a, b) => startsProcesses(b) - startsProcesses(a));
  }
}

const startsProcesses = ({ path }) => Number(path.includes('/test/e2e/'));
