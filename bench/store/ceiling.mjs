import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';

/* LMDB alone, in this process, with no index, no protocol and no driver: what no store on it can pass. */

const KEY_BYTES = 10;

async function withEnvironment(work) {
  const path = mkdtempSync(join(tmpdir(), 'ceiling-'));
  // As the store opens it: a commit is told of when it is on disk, and not before.
  const root = open({ path, encoding: 'binary', keyEncoding: 'binary', overlappingSync: false });
  try {
    return await work(root);
  } finally {
    await root.close();
    rmSync(path, { recursive: true });
  }
}

function keyOf(record) {
  const key = Buffer.alloc(KEY_BYTES);
  key.writeUInt32BE(record, 4);
  return key;
}

async function put(root, bytes, perTransaction, total) {
  for (let written = 0; written < total; written += perTransaction) {
    await root.transaction(() => {
      for (let at = 0; at < perTransaction; at += 1) root.putSync(keyOf(written + at), bytes);
    });
  }
}

/** Puts of these bytes a second, in transactions of this size, each on disk before the next begins. */
export const putsPerSecond = (bytes, perTransaction, total) =>
  withEnvironment(async (root) => {
    const begun = performance.now();
    await put(root, bytes, perTransaction, total);
    return (total * 1000) / (performance.now() - begun);
  });

/** Gets of these bytes a second. */
export const getsPerSecond = (bytes, total) =>
  withEnvironment(async (root) => {
    await put(root, bytes, total, total);
    const begun = performance.now();
    for (let record = 0; record < total; record += 1) root.getBinary(keyOf(record));
    return (total * 1000) / (performance.now() - begun);
  });
