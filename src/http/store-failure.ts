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
  'TimeUnknownError',
  'NotConfirmedError',
]);

/**
 * What a server answers that is no primary any more, or ends: the driver marks them for commands only that it repeats itself.
 * https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
 */
const NO_PRIMARY: ReadonlySet<unknown> = new Set([
  91 /* ShutdownInProgress */, 189 /* PrimarySteppedDown */, 10_107 /* NotWritablePrimary */,
  11_600 /* InterruptedAtShutdown */, 11_602 /* InterruptedDueToReplStateChange */,
  13_435 /* NotPrimaryNoSecondaryOk */, 13_436 /* NotPrimaryOrSecondary */,
]);

/** True when the request may succeed later, since it is the database that did not answer. */
export function isStoreFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (OUT_OF_REACH.has(error.name)) return true;
  if (error.name === 'MongoServerError' && NO_PRIMARY.has((error as { code?: unknown }).code)) return true;
  const labels = (error as { errorLabels?: unknown }).errorLabels;
  return Array.isArray(labels) && labels.includes('RetryableWriteError');
}
