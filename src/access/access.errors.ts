import { ForbiddenError, TooManyRequestsError, UnauthorizedError } from '../http/http.errors.js';

export const wrongToken = () =>
  new UnauthorizedError('wrong_token', 'This is not one of the tokens of this server.');

export const tooManyTries = (retryAfterSeconds: number) =>
  new TooManyRequestsError(
    'too_many_tries',
    'Too many wrong tokens came from this address. Wait, then try again.',
    retryAfterSeconds,
  );

export const readOnlyToken = () =>
  new ForbiddenError('read_only_token', 'This token may look at everything, and change nothing.');

export const otherOrigin = () =>
  new ForbiddenError(
    'other_origin',
    'A change by the cookie of a session must come from the dashboard itself, with the header X-Requested-With.',
  );
