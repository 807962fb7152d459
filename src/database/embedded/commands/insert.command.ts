import { storeErrors } from '../store.errors.js';
import type { Command } from './command.js';
import { insertDocument } from './write-statement.js';
import { WriteOutcome } from './write-reply.js';

/** MongoDB's `maxWriteBatchSize`. */
export const MOST_STATEMENTS = 100_000;
/** Documents written in one go, so that a large command lets others have their turn in between. */
const CHUNK = 1_000;

export function checkBatchSize(length: number): void {
  if (length === 0 || length > MOST_STATEMENTS) {
    throw storeErrors.InvalidLength(
      `Write batch sizes must be between 1 and ${MOST_STATEMENTS}. Got ${length} operations.`,
    );
  }
}

export const insertCommand: Command = {
  name: 'insert',
  fields: ['documents', 'ordered', 'bypassDocumentValidation'],
  async run({ args, database }, { catalog, environment, now }) {
    const name = args.requiredString('insert');
    const documents = args.requiredDocuments('documents');
    checkBatchSize(documents.length);
    const ordered = !args.has('ordered') || args.boolean('ordered');
    const options = { now: now(), bypassValidation: args.boolean('bypassDocumentValidation') };
    const outcome = new WriteOutcome();
    for (let start = 0; start < documents.length; start += CHUNK) {
      const chunk = documents.slice(start, start + CHUNK);
      const written = await environment.writes.enqueue(() => {
        const result = new WriteOutcome();
        const collection = catalog.findOrCreate(database, name);
        for (const [at, document] of chunk.entries()) {
          const goOn = result.attempt(start + at, ordered, () => {
            insertDocument(collection, document, options);
            result.matched += 1;
          });
          if (!goOn) break;
        }
        return result;
      });
      outcome.matched += written.matched;
      outcome.failures.push(...written.failures);
      if (ordered && outcome.failures.length > 0) break;
    }
    return outcome.reply(false);
  },
};
