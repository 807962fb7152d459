import { connect } from 'node:net';
import { join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';

/**
 * Makes this process the owner of a store unless another one lives: whoever answers on the socket is the owner. Asking
 * and becoming happen inside a write transaction of a small LMDB environment of their own, whose mutex the kernel frees
 * when its holder dies: so there is never more than one owner, and a killed one never leaves a lock behind. (A lock file
 * with a process id was rejected: two processes that find it stale at once can both take it.)
 */
export async function elect(
  directory: string,
  socket: string,
  become: () => Promise<void>,
): Promise<'owner' | 'guest'> {
  return exclusively(directory, async () => {
    if (await isAnswering(socket)) return 'guest';
    await become();
    return 'owner';
  });
}

/**
 * The mutex could not be opened. LMDB destroys it when its last user closes it, and whoever opens it in that moment gets
 * the destroyed one: until all who have it are gone, nobody can lock it. So this thread must end, and another try.
 */
export class ElectionLockError extends Error {
  override readonly name = 'ElectionLockError';
}

/** Runs `work` while no other process elects or closes. @throws ElectionLockError */
export async function exclusively<T>(directory: string, work: () => Promise<T>): Promise<T> {
  const lock = openLock(join(directory, 'election'));
  try {
    return await lock.transaction(work);
  } finally {
    await lock.close();
  }
}

function openLock(path: string): RootDatabase<Buffer, Buffer> {
  try {
    return open<Buffer, Buffer>({ path, encoding: 'binary', overlappingSync: false });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ElectionLockError(`the election's lock cannot be opened: ${reason}`, { cause });
  }
}

/** Whether somebody accepts connections on the socket. A full backlog is somebody too. */
export function isAnswering(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(socket);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT');
    });
  });
}
