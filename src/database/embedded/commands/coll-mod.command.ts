import { isNumber } from '../bson/bson-number.js';
import { fieldMap } from '../bson/bson-reader.js';
import { DocumentBuilder } from '../bson/document-builder.js';
import type { Collection } from '../storage/collection.js';
import { locationError, storeErrors } from '../store.errors.js';
import type { Arguments } from './arguments.js';
import { changeIndex } from './change-index.js';
import { missingNamespace } from './collection.commands.js';
import type { Command, CommandRequest, StoreContext } from './command.js';
import { appendValidation } from './create.command.js';
import { BSON } from './reply.js';
import { checkChain, readView } from './view-definition.js';

const OF_COLLECTIONS = [
  'index',
  'validator',
  'validationLevel',
  'validationAction',
  'cappedSize',
  'cappedMax',
  'dryRun',
];

/** Changes of a collection's index, validator or limits, or of a view's definition. */
export const collModCommand: Command = {
  name: 'collMod',
  fields: [
    ...OF_COLLECTIONS,
    'viewOn',
    'pipeline',
    'expireAfterSeconds',
    'timeseries',
    'changeStreamPreAndPostImages',
  ],
  async run(request, context) {
    const { args, database } = request;
    const name = args.requiredString('collMod');
    args.refuse('expireAfterSeconds', 'timeseries', 'changeStreamPreAndPostImages');
    if (context.catalog.views.find(database, name)) return changeView(name, request, context);
    if (args.has('viewOn') || args.has('pipeline')) {
      throw storeErrors.InvalidOptions('option not supported on a collection: viewOn, pipeline');
    }
    const collection = await context.environment.writes.enqueue(() => {
      const found = context.catalog.find(database, name);
      if (!found) throw missingNamespace(`${database}.${name}`);
      changeOptions(found, args, context);
      return found;
    });
    const index = args.document('index');
    return index ? changeIndex(collection, index, args.boolean('dryRun'), context) : BSON.ok;
  },
};

async function changeView(
  name: string,
  { args, database }: CommandRequest,
  { catalog, environment }: StoreContext,
): Promise<Buffer> {
  const unfit = OF_COLLECTIONS.find((option) => args.has(option));
  if (unfit !== undefined) throw storeErrors.InvalidOptions(`option not supported on a view: ${unfit}`);
  if (!args.has('viewOn') || !args.has('pipeline')) {
    throw storeErrors.InvalidOptions('Must specify both viewOn and pipeline when modifying a view');
  }
  const view = readView(args, database, name);
  await environment.writes.enqueue(() => {
    checkChain(catalog, view);
    catalog.views.save(view);
  });
  return BSON.ok;
}

/** The options that stay, then those that change. */
function changeOptions(collection: Collection, args: Arguments, { catalog }: StoreContext): void {
  const changed = new DocumentBuilder();
  appendValidation(args, changed);
  appendLimits(collection, args, changed);
  const changes = fieldMap(changed.finish());
  if (changes.size === 0) return;
  const options = new DocumentBuilder();
  for (const [field, value] of new Map([...fieldMap(collection.options), ...changes])) {
    options.append(field, value);
  }
  catalog.changeOptions(collection, options.finish());
}

function appendLimits(collection: Collection, args: Arguments, options: DocumentBuilder): void {
  for (const [name, option, least] of [
    ['cappedSize', 'size', 1],
    ['cappedMax', 'max', Number.NEGATIVE_INFINITY],
  ] as const) {
    const value = args.value(name);
    if (!value) continue;
    if (!collection.rules.capped) throw storeErrors.InvalidOptions('Collection must be capped.');
    if (!isNumber(value)) throw args.wrongType(name, value, 'long, int, decimal, double');
    if ((args.integer(name) ?? 0) < least) {
      throw locationError(51_024, `BSON field '${name}' value must be >= ${least}`);
    }
    options.append(option, value);
  }
}
