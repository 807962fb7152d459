import { GraphError, type GraphErrorKind } from '../../instagram/graph/graph.errors.js';
import type { ActionResult } from './action-context.js';

/** What concerns the account as a whole, or the calls to come. */
const serious: ReadonlySet<GraphErrorKind> = new Set(['throttled', 'token', 'restricted']);

/** What is nice to see and no message must not fail for: a failure of it is skipped, unless it means more than itself. */
export async function cosmetic<T>(call: () => Promise<T>): Promise<T | (ActionResult & { type: 'skipped' })> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof GraphError) || serious.has(error.kind)) throw error;
    return { type: 'skipped', reason: error.kind };
  }
}
