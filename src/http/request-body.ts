import type { IncomingMessage } from 'node:http';
import { HttpError } from './http.errors.js';

const NO_BODY = Buffer.alloc(0);

/**
 * The bytes of a request as they came: not unpacked, not parsed.
 *
 * @throws {HttpError} 413 above `maxBytes`, as soon as that is known; 415 when it is compressed; 400 when it was cut off
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const { 'content-encoding': encoding, 'content-length': length } = request.headers;
    if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
      reject(new HttpError(415, 'bad_request', 'The body must not be compressed.'));
      return;
    }
    if (Number(length) > maxBytes) {
      reject(tooLarge());
      return;
    }
    let first: Buffer = NO_BODY;
    let rest: Buffer[] | undefined;
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        request.removeAllListeners('data');
        reject(tooLarge());
      } else if (bytes === chunk.length) first = chunk;
      else (rest ??= [first]).push(chunk);
    });
    request.on('end', () => resolve(rest ? Buffer.concat(rest) : first));
    request.on('error', (error) => reject(cutOff(error)));
  });
}

const tooLarge = () => new HttpError(413, 'body_too_large', 'The body is larger than allowed.');

function cutOff(cause: Error): HttpError {
  const error = new HttpError(400, 'bad_request', 'The request could not be read.');
  error.cause = cause;
  return error;
}
