import { setImmediate as nextTurn } from 'node:timers/promises';
import { storeErrors } from '../store.errors.js';

/** How long one request may hold the thread before the others get their turn. */
const SLICE_MS = 8;

/** Keeps a long piece of work from holding up the whole server, and ends it at its deadline. */
export class TimeSlice {
  private sliceStart = performance.now();

  constructor(
    private readonly deadlineMs: number,
    private readonly pause: () => void,
  ) {}

  get isOver(): boolean {
    return performance.now() - this.sliceStart > SLICE_MS;
  }

  /** @throws StoreError MaxTimeMSExpired (50). */
  async rest(): Promise<void> {
    this.pause();
    await nextTurn();
    this.sliceStart = performance.now();
    if (this.sliceStart > this.deadlineMs)
      throw storeErrors.MaxTimeMSExpired('operation exceeded time limit');
  }
}
