export interface LoggedError {
  type: string;
  code?: string | number;
  message: string;
  stack?: string;
  cause?: LoggedError;
}

/** Deeper chains of causes are cut; one that leads back to itself has no end. */
const MAX_CAUSES = 5;

/**
 * What the log keeps of an error: nothing but the fields named here. Those of the database driver carry the documents
 * that could not be written, and with them what people wrote.
 */
export function toLoggedError(error: unknown, causes = MAX_CAUSES): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an error' };
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? error.code : undefined;
  return {
    type: name,
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    message,
    ...(stack !== undefined && { stack }),
    ...(cause !== undefined && causes > 0 && { cause: toLoggedError(cause, causes - 1) }),
  };
}
