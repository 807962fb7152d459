import { readString } from '../bson/bson-reader.js';
import { isNumber, toDouble } from '../bson/bson-number.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import { ArrayStream, type DocumentStream } from '../cursor/document-stream.js';
import { FIRST_BATCH_DOCUMENTS, firstBatchReply } from '../cursor/cursor-reply.js';
import { checkPipeline } from '../plan/pipeline-stream.js';
import { SUPPORTED_STAGES } from '../query/pipeline.js';
import { JOIN_STAGES } from '../query/stages/join-stages.js';
import { DATABASE_STAGES, unsupportedStage } from '../query/stages/parse-pipeline.js';
import { storeErrors } from '../store.errors.js';
import type { Arguments } from './arguments.js';
import { cursorBatchSize } from './collection.commands.js';
import type { Command, CommandRequest, StoreContext } from './command.js';
import { firstStage, openDatabaseSource } from './database-source.js';
import { explainReply } from './explain.command.js';
import { openPipeline, openStages } from './open-pipeline.js';
import { OUTPUT_STAGES, splitOutput } from './output-spec.js';
import { writeOutput } from './output-stage.js';
import { refuseCollation } from './compiled.js';
import { readLet, type CommandSettings } from './variables.js';

export const AGGREGATE_FIELDS = [
  'pipeline',
  'cursor',
  'explain',
  'allowDiskUse',
  'bypassDocumentValidation',
  'collation',
  'hint',
  'let',
];

/** What a cursor over a database's own stages is called. */
const WHOLE_DATABASE = '$cmd.aggregate';

export const aggregateCommand: Command = {
  name: 'aggregate',
  fields: AGGREGATE_FIELDS,
  async run(request, context) {
    const { args, database, deadlineMs } = request;
    refuseCollation(args);
    if (args.boolean('explain')) return explainReply('aggregate', args, 'queryPlanner', request, context);
    const target = targetOf(args);
    const settings = readLet(args, context.now());
    const { stages, output } = splitOutput(args.array('pipeline') ?? args.missing('pipeline'), database, [
      ...settings.variables.keys(),
    ]);
    checkSource(target, stages);
    // Checked whole first: what is wrong in any stage is told before anything is read.
    checkPipeline(target === undefined ? stages.slice(1) : stages, [...settings.variables.keys()]);
    if (!args.has('cursor')) {
      throw storeErrors.FailedToParse(
        "The 'cursor' option is required, except for aggregate with the explain argument",
      );
    }
    const stream = await open(target, stages, settings, request, context);
    const namespace = `${database}.${target ?? WHOLE_DATABASE}`;
    if (output) {
      const bypassValidation = args.boolean('bypassDocumentValidation');
      const run = { stream, source: namespace, settings, bypassValidation, deadlineMs };
      await writeOutput(output, run, context);
    }
    return firstBatchReply(
      {
        namespace,
        stream: output ? new ArrayStream([]) : stream,
        field: 'firstBatch',
        most: cursorBatchSize(args) ?? FIRST_BATCH_DOCUMENTS,
        single: false,
        deadlineMs,
      },
      context.cursors,
    );
  },
};

/** The collection to read; undefined for the database as a whole. */
function targetOf(args: Arguments): string | undefined {
  const target = args.value('aggregate') ?? args.missing('aggregate');
  if (target.type === BsonType.string) return readString(target);
  if (isNumber(target) && toDouble(target) === 1) return undefined;
  throw storeErrors.FailedToParse(
    "Invalid command format: the 'aggregate' field must specify a collection name or 1",
  );
}

/** Stages that read what comes before them, and those that write it. */
const NEED_COLLECTION = new Set([...SUPPORTED_STAGES, ...JOIN_STAGES, ...OUTPUT_STAGES]);

/** @throws StoreError InvalidNamespace (73) for a first stage that does not go with what is read. */
function checkSource(target: string | undefined, stages: readonly BsonValue[]): void {
  const first = firstStage(stages)?.name;
  const needsDatabase = first !== undefined && DATABASE_STAGES.has(first);
  if (needsDatabase && target !== undefined) {
    throw storeErrors.InvalidNamespace(`${first} can only be run with {aggregate: 1}, on no collection`);
  }
  if (needsDatabase || target !== undefined) return;
  if (first !== undefined && !NEED_COLLECTION.has(first)) throw unsupportedStage(first);
  throw storeErrors.InvalidNamespace(
    first === undefined
      ? '{aggregate: 1} is not valid for an empty pipeline.'
      : `{aggregate: 1} is not valid for '${first}'; a collection is required.`,
  );
}

async function open(
  target: string | undefined,
  stages: readonly BsonValue[],
  settings: CommandSettings,
  request: CommandRequest,
  context: StoreContext,
): Promise<DocumentStream> {
  if (target !== undefined) return openPipeline({ name: target, stages }, settings, request, context);
  const documents = openDatabaseSource(firstStage(stages)!, settings, request, context);
  return openStages(new ArrayStream(documents), stages.slice(1), settings, request.database, context);
}
