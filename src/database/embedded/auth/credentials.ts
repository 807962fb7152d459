import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

const USER = 'store';
const PASSWORD_BYTES = 24;

/** The store's one user over TCP: made at random once, kept beside the files in a directory nobody else may enter. */
export function readCredentials(directory: string): Credentials {
  const path = join(directory, 'tcp-password');
  if (!existsSync(path)) {
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, randomBytes(PASSWORD_BYTES).toString('base64url'), { mode: 0o600 });
    renameSync(draft, path);
  }
  return { user: USER, password: readFileSync(path, 'utf8').trim() };
}
