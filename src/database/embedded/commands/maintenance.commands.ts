import { checkCollection } from '../storage/consistency.js';
import { storeErrors } from '../store.errors.js';
import { collModCommand } from './coll-mod.command.js';
import type { Command } from './command.js';
import { BSON } from './reply.js';

/** Compares documents and index entries; as in MongoDB, nothing else happens to the collection meanwhile. */
const validateCommand: Command = {
  name: 'validate',
  fields: ['full', 'background', 'checkBSONConformance', 'repair', 'fixMultikey', 'metadata'],
  async run({ args, database }, { catalog, environment }) {
    const name = args.requiredString('validate');
    args.refuse('repair', 'fixMultikey');
    const { collection, errors } = await environment.writes.enqueue(() => {
      const target = catalog.find(database, name);
      if (!target) {
        throw storeErrors.NamespaceNotFound(`Collection '${database}.${name}' does not exist to validate.`);
      }
      return { collection: target, errors: checkCollection(environment, target) };
    });
    const valid = errors.length === 0;
    const { indexes } = collection;
    return BSON.reply({
      ns: collection.namespace,
      nInvalidDocuments: 0,
      nNonCompliantDocuments: 0,
      nrecords: collection.count,
      nIndexes: indexes.length,
      indexDetails: Object.fromEntries(
        indexes.map(({ spec }) => [
          spec.name,
          { valid: !errors.some((error) => error.startsWith(`${spec.name}:`)) },
        ]),
      ),
      valid,
      repaired: false,
      warnings: [],
      errors,
      extraIndexEntries: [],
      missingIndexEntries: [],
      corruptRecords: [],
    });
  },
};

export const maintenanceCommands: readonly Command[] = [validateCommand, collModCommand];
