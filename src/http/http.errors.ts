export interface ErrorDetail {
  /** Where in the input, for example `actions.0.text`. */
  path: string;
  message: string;
}

/**
 * An error that a caller over HTTP may see: its message and details must hold no secret and no message text. Services
 * throw these; {@link HttpErrorFilter} turns them into answers.
 */
export class HttpError extends Error {
  override readonly name: string = 'HttpError';

  constructor(
    readonly statusCode: number,
    readonly code: string,
    message: string,
    readonly details?: readonly ErrorDetail[],
  ) {
    super(message);
  }
}

export class BadRequestError extends HttpError {
  override readonly name: string = 'BadRequestError';

  constructor(code: string, message: string) {
    super(400, code, message);
  }
}

export class UnauthorizedError extends HttpError {
  override readonly name: string = 'UnauthorizedError';

  constructor(code: string, message: string) {
    super(401, code, message);
  }
}

export const adminTokenRequired = (): UnauthorizedError =>
  new UnauthorizedError('admin_token_required', 'Send the admin token as a bearer token, or sign in.');

export class ForbiddenError extends HttpError {
  override readonly name = 'ForbiddenError';

  constructor(code: string, message: string) {
    super(403, code, message);
  }
}

export class NotFoundError extends HttpError {
  override readonly name = 'NotFoundError';

  constructor(code: string, message: string) {
    super(404, code, message);
  }
}

export class ConflictError extends HttpError {
  override readonly name = 'ConflictError';

  constructor(code: string, message: string) {
    super(409, code, message);
  }
}

export class ValidationError extends HttpError {
  override readonly name = 'ValidationError';

  constructor(details: readonly ErrorDetail[]) {
    super(422, 'validation_failed', 'Some fields are not valid.', details);
  }
}

/** Not all of it could be stored: the caller should send it again; what was stored is recognised then. */
export class UnavailableError extends HttpError {
  override readonly name = 'UnavailableError';

  constructor(
    code: string,
    message: string,
    readonly retryAfterSeconds: number,
  ) {
    super(503, code, message);
  }
}

export class TooManyRequestsError extends HttpError {
  override readonly name = 'TooManyRequestsError';

  constructor(
    code: string,
    message: string,
    readonly retryAfterSeconds: number,
  ) {
    super(429, code, message);
  }
}
