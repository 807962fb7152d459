import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of the test's own. Short, since the path of a unix socket may have 107 bytes at most. */
export const makeTempDir = (): Promise<string> => mkdtemp(join(tmpdir(), 'cad-'));

export const removeTempDir = (dir: string): Promise<void> => rm(dir, { recursive: true, force: true });
