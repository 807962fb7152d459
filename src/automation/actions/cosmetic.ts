import { GraphError } from '../../instagram/graph/graph.errors.js';
import { concernsAccount } from '../answering/graph-failure.js';
import type { ActionResult } from './action-context.js';

/** What is nice to see and no message must not fail for: a failure of it is skipped, unless it means more than itself. */
export async function cosmetic<T>(call: () => Promise<T>): Promise<T | (ActionResult & { type: 'skipped' })> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof GraphError) || concernsAccount(error)) throw error;
    return { type: 'skipped', reason: error.kind };
  }
}
