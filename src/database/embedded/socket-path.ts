import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import type { Credentials } from './auth/credentials.js';
import { join } from 'node:path';

/** What fits in `sun_path` on Linux with its NUL; macOS has 103, so that is what counts everywhere. */
const MOST_PATH_BYTES = 103;

export interface StorePaths {
  /** Where LMDB keeps its files; nobody else may enter it. */
  readonly directory: string;
  readonly socket: string;
  /** Where the socket is bound before its mode is set, in a directory nobody else may enter. */
  readonly socketBirthplace: string;
}

/**
 * Where the store of a data directory is. Its socket stands in that directory; when the path would be longer than a
 * socket's may be, in a directory of this user under the system's temporary directory, named by the data directory.
 */
export function storePaths(dataDir: string): StorePaths {
  mkdirSync(dataDir, { recursive: true });
  const home = realpathSync(dataDir);
  const directory = join(home, 'store');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  const beside = { socket: join(home, 'store.sock'), socketBirthplace: join(directory, 's') };
  const isShort = Object.values(beside).every((path) => Buffer.byteLength(path) <= MOST_PATH_BYTES);
  if (isShort) return { directory, ...beside };
  const short = shortDirectory(home);
  return { directory, socket: join(short, 'store.sock'), socketBirthplace: join(short, 's') };
}

function shortDirectory(home: string): string {
  const name = `embedded-store-${createHash('sha256').update(home).digest('hex').slice(0, 16)}`;
  const directory = join(tmpdir(), name);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const stats = lstatSync(directory);
  const isOurs = process.platform === 'win32' || stats.uid === userInfo().uid;
  if (!stats.isDirectory() || !isOurs || (stats.mode & 0o077) !== 0) {
    throw new Error(
      `${directory} belongs to somebody else or is open to others; the store's socket cannot be kept there`,
    );
  }
  return directory;
}

/** The connection string of a socket, as MongoDB's drivers read it. */
export function socketUri(socket: string): string {
  return `mongodb://${encodeURIComponent(socket)}/?directConnection=true`;
}

/** The connection string of the loopback port, with its password. */
export function tcpUriOf({ user, password }: Credentials, port: number): string {
  return `mongodb://${user}:${password}@127.0.0.1:${port}/?authSource=admin&directConnection=true`;
}
