// Copies the embedded store of a data directory while servers run on it:
//
//   node deploy/backup-embedded-store.mjs ./data ./backups/2026-03-01
//
// The copy is one moment of the store: LMDB reads it in a single read transaction, which holds up no write. It has no
// free pages, so it may be smaller. Ends with exit code 1 when it is not complete; then the target is worth nothing.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { open } from 'lmdb';

const [dataDir, target] = process.argv.slice(2);
if (dataDir === undefined || target === undefined) {
  process.stderr.write('Usage: node deploy/backup-embedded-store.mjs <DATA_DIR> <new directory>\n');
  process.exit(2);
}
const source = join(dataDir, 'store');
if (!existsSync(join(source, 'data.mdb'))) throw new Error(`there is no embedded store in ${dataDir}`);
if (existsSync(target)) throw new Error(`${target} exists already`);
const copy = join(target, 'store');
mkdirSync(copy, { recursive: true, mode: 0o700 });
const store = open({ path: source, readOnly: true, maxDbs: 8 });
await store.backup(copy, true);
await store.close();
process.stdout.write(`${target}\n`);
