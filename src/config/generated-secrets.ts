import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const generatedSecretsSchema = z.object({
  appSecret: z.string(),
  verifyToken: z.string(),
  adminToken: z.string(),
  encryptionKey: z.string(),
});

/** Stand in for the secrets that are not set, outside production. */
export type GeneratedSecrets = z.infer<typeof generatedSecretsSchema>;

export const SECRETS_FILE = 'generated-secrets.json';

/**
 * The secrets of this data directory, made on first use. They are kept in a file that only its owner can read, since
 * tokens encrypted today must be readable after a restart and the command line must sign with the server's secret.
 */
export function generatedSecrets(dataDir: string): GeneratedSecrets {
  const file = join(dataDir, SECRETS_FILE);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (!existsSync(file)) {
    // Written aside and linked, which fails when the name is taken: of two processes that start at once the second reads
    // what the first wrote, and nobody ever reads half of it.
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify(newSecrets(), null, 2)}\n`, { mode: 0o600 });
    try {
      linkSync(draft, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft);
    }
  }
  return generatedSecretsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

function newSecrets(): GeneratedSecrets {
  return {
    appSecret: randomBytes(16).toString('hex'),
    verifyToken: randomBytes(16).toString('hex'),
    adminToken: randomBytes(24).toString('hex'),
    encryptionKey: randomBytes(32).toString('hex'),
  };
}
