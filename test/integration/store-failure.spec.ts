import { describe, expect, it } from '@jest/globals';
import { MongoNetworkError, MongoServerError } from 'mongodb';
import { NotConfirmedError } from '../../src/database/write-errors.js';
import { isStoreFailure } from '../../src/http/store-failure.js';

const answered = (code: number) => new MongoServerError({ ok: 0, code, errmsg: 'no' });

describe('isStoreFailure', () => {
  it('is true of a database that is out of reach, has no primary, or does not confirm', () => {
    const failures = [
      new MongoNetworkError('connection closed'),
      new NotConfirmedError('not connected to the database'),
      ...[91, 189, 10_107, 11_600, 11_602, 13_435, 13_436].map(answered),
    ];
    expect(failures.filter((error) => !isStoreFailure(error))).toEqual([]);
  });

  it('is false of what the database refuses, and of any other error', () => {
    const others = [answered(11_000), answered(121), Object.assign(new Error('no'), { code: 91 }), 'no'];
    expect(others.filter(isStoreFailure)).toEqual([]);
  });
});
