/** The driver's errors for a database that is out of reach, closed, or between two primaries. Known by name: no import. */
const OUT_OF_REACH = new Set([
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoServerSelectionError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoPoolClosedError',
  'MongoPoolClearedError',
  'PoolClearedOnNetworkError',
  'MongoClientClosedError',
  'MongooseServerSelectionError',
  'BacklogError',
]);

/** True when the request may succeed later, since it is the database that did not answer. */
export function isStoreFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (OUT_OF_REACH.has(error.name)) return true;
  const labels = (error as { errorLabels?: unknown }).errorLabels;
  return Array.isArray(labels) && labels.includes('RetryableWriteError');
}
