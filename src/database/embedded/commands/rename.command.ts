import { storeErrors } from '../store.errors.js';
import { missingNamespace } from './collection.commands.js';
import type { Command } from './command.js';
import { BSON } from './reply.js';

export const renameCollectionCommand: Command = {
  name: 'renameCollection',
  fields: ['to', 'dropTarget', 'stayTemp'],
  adminOnly: true,
  async run({ args }, { catalog, environment, cursors, purger }) {
    const from = splitNamespace(args.requiredString('renameCollection'));
    const to = splitNamespace(args.requiredString('to'));
    const dropTarget = args.boolean('dropTarget');
    args.refuse('stayTemp');
    const [before, after] = [from, to].map(({ database, name }) => `${database}.${name}`) as [string, string];
    if (before === after) throw storeErrors.IllegalOperation("Can't rename a collection to itself");
    await environment.writes.enqueue(() => {
      const collection = catalog.find(from.database, from.name);
      if (!collection) throw missingNamespace(before);
      if (catalog.find(to.database, to.name) && !dropTarget) {
        throw storeErrors.NamespaceExists('target namespace exists');
      }
      catalog.rename(collection, to.database, to.name);
    });
    cursors.closeNamespace(before);
    cursors.closeNamespace(after);
    purger.wake();
    return BSON.ok;
  },
};

function splitNamespace(namespace: string): { database: string; name: string } {
  const dot = namespace.indexOf('.');
  if (dot <= 0) throw storeErrors.InvalidNamespace(`Invalid namespace specified: ${namespace}`);
  return { database: namespace.slice(0, dot), name: namespace.slice(dot + 1) };
}
