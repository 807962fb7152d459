import { describe, expect, it } from '@jest/globals';
import { toLoggedError } from './logged-error.js';

describe('toLoggedError', () => {
  it('keeps type, code, message, stack and cause', () => {
    const cause = Object.assign(new TypeError('socket hang up'), { code: 'ECONNRESET' });
    expect(toLoggedError(Object.assign(new Error('no answer', { cause }), { code: 11000 }))).toEqual({
      type: 'Error',
      code: 11000,
      message: 'no answer',
      stack: expect.stringContaining('logged-error.spec'),
      cause: {
        type: 'TypeError',
        code: 'ECONNRESET',
        message: 'socket hang up',
        stack: expect.stringContaining('logged-error.spec'),
      },
    });
  });

  it('keeps nothing of the documents that errors of the database carry', () => {
    const op = { payload: { text: 'a private text' } };
    const error = Object.assign(new Error('E11000 duplicate key', { cause: { op } }), {
      code: { op },
      writeErrors: [{ index: 0, err: { op } }],
      op,
    });
    expect(JSON.stringify(toLoggedError(error))).not.toContain('private');
    expect(toLoggedError(op)).toEqual({ type: 'object', message: 'not an error' });
    expect(toLoggedError('a private text')).toEqual({ type: 'string', message: 'not an error' });
  });

  it('ends, whatever the causes lead to', () => {
    const error = new Error('circular');
    error.cause = error;
    expect(JSON.stringify(toLoggedError(error)).match(/"type"/g)).toHaveLength(6);
  });
});
