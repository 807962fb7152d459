import { HttpException, Logger } from '@nestjs/common';
import { HttpError, TooManyRequestsError, UnavailableError, type ErrorDetail } from './http.errors.js';
import { isStoreFailure } from './store-failure.js';

export interface ErrorBody {
  statusCode: number;
  code: string;
  message: string;
  details?: readonly ErrorDetail[];
}

/** What a caller is told of an error. */
export interface ErrorAnswer {
  body: ErrorBody;
  headers: Record<string, string>;
}

/** Errors of Express's body parsers carry these. */
interface BodyParserError {
  type: string;
  status: number;
}

const STORE_RETRY_SECONDS = 5;
const logger = new Logger('Http');

/** `{statusCode, code, message, details?}` of whatever was thrown; unknown errors are logged, not shown. */
export function errorAnswer(thrown: unknown): ErrorAnswer {
  const error = isStoreFailure(thrown) ? storeUnavailable() : thrown;
  if (error !== thrown) logger.warn({ msg: 'the database does not answer', error: thrown });
  const body = errorBody(error);
  if (body.statusCode >= 500 && !(error instanceof HttpError)) logger.error(error);
  const headers: Record<string, string> =
    error instanceof UnavailableError || error instanceof TooManyRequestsError
      ? { 'Retry-After': String(error.retryAfterSeconds) }
      : {};
  return { body, headers };
}

const storeUnavailable = () =>
  new UnavailableError('store_unavailable', 'The database does not answer now.', STORE_RETRY_SECONDS);

function errorBody(error: unknown): ErrorBody {
  if (error instanceof HttpError) {
    const { statusCode, code, message, details } = error;
    return { statusCode, code, message, ...(details && { details }) };
  }
  // Nest wraps the body parsers' errors, with their message.
  const original = error instanceof HttpException ? error.cause : error;
  if (isBodyParserError(original)) return fromBodyParser(original);
  if (error instanceof HttpException) return fromNest(error);
  return { statusCode: 500, code: 'internal_error', message: 'Something went wrong on our side.' };
}

function fromNest(error: HttpException): ErrorBody {
  const statusCode = error.getStatus();
  const code = statusCode === 404 ? 'not_found' : `http_${statusCode}`;
  return { statusCode, code, message: error.message };
}

function isBodyParserError(error: unknown): error is BodyParserError {
  return error instanceof Error && 'type' in error && 'status' in error && typeof error.status === 'number';
}

/** The parsers' own messages quote the body, so they are replaced. */
function fromBodyParser({ type, status }: BodyParserError): ErrorBody {
  switch (type) {
    case 'entity.too.large':
      return { statusCode: 413, code: 'body_too_large', message: 'The body is larger than allowed.' };
    case 'entity.parse.failed':
      return { statusCode: 400, code: 'not_json', message: 'The body is not valid JSON.' };
    default:
      return { statusCode: status, code: 'bad_request', message: 'The request could not be read.' };
  }
}
