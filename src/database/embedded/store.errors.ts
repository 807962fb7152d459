/**
 * MongoDB's error codes by code name, as far as the store answers them. A code absent from MongoDB's table of names has
 * the name `Location<code>`: see {@link locationError}.
 */
const CODES = {
  InternalError: 1,
  BadValue: 2,
  NoSuchKey: 4,
  GraphContainsCycle: 5,
  UnknownError: 8,
  FailedToParse: 9,
  UserNotFound: 11,
  Unauthorized: 13,
  TypeMismatch: 14,
  Overflow: 15,
  InvalidLength: 16,
  ProtocolError: 17,
  AuthenticationFailed: 18,
  IllegalOperation: 20,
  EmptyArrayOperation: 21,
  InvalidBSON: 22,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  NonExistentPath: 29,
  CannotBackfillArray: 34,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  MaxTimeMSExpired: 50,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  NotSingleValueField: 54,
  InvalidDBRef: 55,
  EmptyFieldName: 56,
  DottedFieldName: 57,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  IndexAlreadyExists: 68,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  NoReplicationEnabled: 76,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  ShutdownInProgress: 91,
  OperationFailed: 96,
  CommandNotSupported: 115,
  DocumentValidationFailure: 121,
  NotAReplicaSet: 123,
  CommandFailed: 125,
  CappedPositionLost: 136,
  CursorInUse: 143,
  ExceededMemoryLimit: 146,
  ViewDepthLimitExceeded: 165,
  CommandNotSupportedOnView: 166,
  OptionNotSupportedOnView: 167,
  InvalidPipelineOperator: 168,
  CannotIndexParallelArrays: 171,
  QueryPlanKilled: 175,
  AmbiguousIndexKeyPattern: 181,
  InvalidIndexSpecificationOption: 197,
  CannotBuildIndexKeys: 201,
  NoSuchSession: 206,
  InvalidUUID: 207,
  IllegalOpMsgFlag: 223,
  QueryFeatureNotAllowed: 224,
  TooManyDocumentSequences: 233,
  CursorKilled: 237,
  NotImplemented: 238,
  ConversionFailure: 241,
  NoSuchTransaction: 251,
  IndexBuildAborted: 276,
  NoQueryExecutionPlans: 291,
  QueryExceededMemoryLimitNoDiskUseAllowed: 292,
  APIVersionError: 322,
  APIStrictError: 323,
  CannotConvertIndexToUnique: 359,
  Interrupted: 11_601,
  InterruptedAtShutdown: 11_600,
  BSONObjectTooLarge: 10_334,
  DuplicateKey: 11_000,
  MergeStageNoMatchingDocument: 13_113,
  OutOfDiskSpace: 14_031,
} as const;

export type StoreErrorName = keyof typeof CODES;

/** Fields that MongoDB adds to an error answer beside `code`, `codeName` and `errmsg`, such as `keyPattern`. */
export type StoreErrorDetails = Record<string, unknown>;

/** An error the client is told of, with MongoDB's own code and code name. */
export class StoreError extends Error {
  override readonly name = 'StoreError';

  constructor(
    readonly code: number,
    readonly codeName: string,
    message: string,
    readonly details?: StoreErrorDetails,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

type StoreErrorFactory = (message: string, details?: StoreErrorDetails, options?: ErrorOptions) => StoreError;

/** One constructor for each code name: `throw storeErrors.BadValue('unknown operator: $x')`. */
export const storeErrors = Object.fromEntries(
  Object.entries(CODES).map(([codeName, code]) => [
    codeName,
    (message: string, details?: StoreErrorDetails, options?: ErrorOptions) =>
      new StoreError(code, codeName, message, details, options),
  ]),
) as Record<StoreErrorName, StoreErrorFactory>;

/** An error that MongoDB knows by number only, such as 40324 for an unknown pipeline stage. */
export function locationError(code: number, message: string): StoreError {
  return new StoreError(code, `Location${code}`, message);
}
