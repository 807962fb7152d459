export interface ErrorDetail {
  /** Where in the input, for example `actions.0.text`. */
  path: string;
  message: string;
}

/** An answer that refuses: `{statusCode, code, message, details?}` of the server. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly statusCode: number,
    /** Stable; 0 of `statusCode` and `unreachable` when no answer came. */
    readonly code: string,
    message: string,
    readonly details: readonly ErrorDetail[] = [],
    /** From `Retry-After`. */
    readonly retryAfterSeconds?: number,
  ) {
    super(message);
  }

  /** What is wrong with the field at this path, if anything is. */
  at(path: string): string | undefined {
    return this.details.find((detail) => detail.path === path)?.message;
  }
}
