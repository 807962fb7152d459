import { BadRequestError, UnauthorizedError } from '../http/http.errors.js';

/** One event of a delivery has a shape that can't be understood: it is kept in the log with this reason. */
export class MalformedEventError extends Error {
  override readonly name = 'MalformedEventError';
  readonly code = 'malformed_event';

  /** @param path where in the event, for example `message.mid` */
  constructor(
    readonly path: string,
    readonly expected: string,
  ) {
    super(`${path} must be ${expected}`);
  }
}

export class EnvelopeError extends BadRequestError {
  override readonly name = 'EnvelopeError';
}

const signatureProblems = {
  missing: 'The X-Hub-Signature-256 header is missing.',
  malformed: 'X-Hub-Signature-256 must be sha256= and 64 hexadecimal characters.',
  mismatch: 'The signature does not match the body.',
};

export class SignatureError extends UnauthorizedError {
  override readonly name = 'SignatureError';

  constructor(reason: keyof typeof signatureProblems) {
    super(`signature_${reason}`, signatureProblems[reason]);
  }
}
