import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppConfig } from '../../config/app-config.js';
import { SECRETS_FILE } from '../../config/generated-secrets.js';
import { fail, ok, warn, type Finding } from './finding.js';

const GB = 2 ** 30;
const LITTLE_BYTES = 2 * GB;
const TOO_LITTLE_BYTES = GB / 5;
const GROUP_AND_OTHERS = 0o077;

/** The directory of the embedded store and of generated secrets; nothing of it is used with a MongoDB in production. */
export async function checkDataDir({ database, server }: AppConfig): Promise<Finding[]> {
  if (database.uri !== undefined && server.production) return [ok('data directory', 'not used')];
  const { dataDir } = database;
  const findings = [await checkAccess(dataDir), await checkSpace(dataDir)];
  for (const file of [join(dataDir, SECRETS_FILE), '.env']) findings.push(...(await checkPrivate(file)));
  return findings;
}

async function checkAccess(dataDir: string): Promise<Finding> {
  const check = 'data directory';
  try {
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    const advice = 'give it to the user that runs the server (chown), or set DATA_DIR to one of its own';
    return fail(check, `${dataDir} is not there or can not be written`, advice);
  }
  const { mode } = await stat(dataDir);
  if ((mode & GROUP_AND_OTHERS) === 0) return ok(check, `${dataDir} belongs to its owner alone`);
  return warn(check, `others on this machine can look into ${dataDir}`, `chmod 700 ${dataDir}`);
}

async function checkSpace(dataDir: string): Promise<Finding> {
  const check = 'disk space';
  const advice = 'free some, or move DATA_DIR: a full disk refuses every webhook';
  try {
    const { bavail, bsize } = await statfs(dataDir);
    const free = bavail * bsize;
    const message = `${(free / GB).toFixed(1)} GB free for ${dataDir}`;
    if (free < TOO_LITTLE_BYTES) return fail(check, message, advice);
    return free < LITTLE_BYTES ? warn(check, message, advice) : ok(check, message);
  } catch {
    return warn(check, `can not be told for ${dataDir}`, 'look with df');
  }
}

/** Nothing about a file that is not there. */
async function checkPrivate(file: string): Promise<Finding[]> {
  const found = await stat(file).catch(() => undefined);
  if (!found || (found.mode & GROUP_AND_OTHERS) === 0) return [];
  return [warn('secrets', `others on this machine can read ${file}`, `chmod 600 ${file}`)];
}
