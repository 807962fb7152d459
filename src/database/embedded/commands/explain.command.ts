import { elementsOf, fieldMap } from '../bson/bson-reader.js';
import { explainExecution, explainPlan } from '../plan/explain.js';
import { readHint, type Query } from '../plan/query.js';
import { checkPipeline } from '../plan/pipeline-stream.js';
import { splitOutput } from './output-spec.js';
import type { Collection } from '../storage/collection.js';
import { storeErrors } from '../store.errors.js';
import { Arguments } from './arguments.js';
import type { Command, CommandRequest, StoreContext } from './command.js';
import { readFilter, readOrder, readSort } from './compiled.js';
import { splitPipeline } from './open-pipeline.js';
import { BSON } from './reply.js';

type QueryReader = (args: Arguments, collection: Collection | undefined) => Query;

const VERBOSITIES = new Set(['queryPlanner', 'executionStats', 'allPlansExecution']);

const firstOf = (field: string): QueryReader => {
  return (args, collection) => {
    const statement = args.requiredDocuments(field)[0];
    const inner = toArguments(field, statement ?? args.missing(field));
    return { filter: readFilter(inner, 'q'), hint: readHint(inner, collection) };
  };
};

const QUERIES: Readonly<Record<string, QueryReader>> = {
  find: (args, collection) => ({
    filter: readFilter(args, 'filter'),
    skip: args.count('skip'),
    limit: args.count('limit'),
    ...readOrder(args, collection),
  }),
  count: (args, collection) => ({ filter: readFilter(args, 'query'), hint: readHint(args, collection) }),
  distinct: (args, collection) => ({ filter: readFilter(args, 'query'), hint: readHint(args, collection) }),
  findAndModify: (args, collection) => ({
    filter: readFilter(args, 'query'),
    sort: readSort(args, 'sort'),
    limit: 1,
    hint: readHint(args, collection),
  }),
  update: firstOf('updates'),
  delete: firstOf('deletes'),
  aggregate: (args, collection) => {
    const stages = args.array('pipeline') ?? args.missing('pipeline');
    const { stages: read } = splitOutput(stages, '');
    checkPipeline(read, []);
    return { ...splitPipeline(read, []).query, hint: readHint(args, collection) };
  },
};

/** Tells the plan of a query, and with `executionStats` what running it cost. Nothing is written. */
export const explainCommand: Command = {
  name: 'explain',
  fields: ['verbosity'],
  run(request, context) {
    const { args } = request;
    const verbosity = args.string('verbosity') ?? 'allPlansExecution';
    if (!VERBOSITIES.has(verbosity)) {
      throw storeErrors.BadValue(
        `Enumeration value '${verbosity}' for field 'explain.verbosity' is not a valid value.`,
      );
    }
    const inner = args.requiredDocument('explain');
    const name = elementsOf(inner)[0]?.name ?? '';
    return explainReply(name, toArguments(name, inner), verbosity, request, context);
  },
};

/** The answer about one command. @throws StoreError CommandNotFound (59) for one that has no plan. */
export function explainReply(
  name: string,
  explained: Arguments,
  verbosity: string,
  { database }: CommandRequest,
  { catalog, environment }: StoreContext,
): Buffer {
  const read = QUERIES[name];
  if (!read) throw storeErrors.CommandNotFound(`Explain failed due to unknown command: ${name}`);
  const target = explained.requiredString(name);
  if (catalog.views.find(database, target)) {
    throw storeErrors.NotImplemented('explaining what reads a view is not supported by this store');
  }
  const collection = catalog.find(database, target);
  const query = read(explained, collection);
  return BSON.reply({
    explainVersion: '1',
    queryPlanner: explainPlan(collection, `${database}.${target}`, query),
    ...(verbosity !== 'queryPlanner' && {
      executionStats: explainExecution(environment, collection, query),
    }),
    command: { [name]: target, $db: database },
    serverInfo: { version: '8.0.0', gitVersion: 'embedded-store' },
  });
}

function toArguments(subject: string, bytes: Uint8Array): Arguments {
  return new Arguments(subject, fieldMap(bytes));
}
