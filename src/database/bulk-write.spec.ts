import { describe, expect, it } from '@jest/globals';
import { DUPLICATE_KEY, eachWrite } from './bulk-write.js';

/** As the driver throws it when some writes of a command failed. */
class BulkWriteError extends Error {
  constructor(readonly writeErrors: unknown) {
    super('some writes failed, of rows with private texts in them');
  }
}

describe('eachWrite', () => {
  it('tells that every write of a command succeeded', async () => {
    await expect(eachWrite(2, async () => undefined)).resolves.toEqual([null, null]);
  });

  it.each<[string, unknown]>([
    ['a list', [{ index: 1, code: DUPLICATE_KEY }]],
    ['the only one', { index: 1, code: DUPLICATE_KEY }],
  ])('tells which writes failed, given as %s', async (_what, writeErrors) => {
    const errors = await eachWrite(3, () => Promise.reject(new BulkWriteError(writeErrors)));
    expect(errors.map((error) => error && error.code)).toEqual([null, DUPLICATE_KEY, null]);
    expect(errors[1]!.message).not.toContain('private');
  });

  it('names the unique index that a write would have violated', async () => {
    const errmsg =
      'E11000 duplicate key error collection: app.jobs index: group_lock dup key: { groupLock: "a: b" }';
    const [error] = await eachWrite(1, () =>
      Promise.reject(new BulkWriteError({ index: 0, code: DUPLICATE_KEY, errmsg })),
    );
    expect(error!.violatedIndex).toBe('group_lock');
  });

  it.each([
    ['a lost connection', new Error('connection lost')],
    ['an unconfirmed write', new BulkWriteError([])],
  ])('throws what failed all of them: %s', async (_what, error) => {
    await expect(eachWrite(2, () => Promise.reject(error))).rejects.toBe(error);
  });
});
