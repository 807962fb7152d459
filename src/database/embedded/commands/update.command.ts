import { chooseMatches, preselect } from '../plan/preselect.js';
import { readHint, type Query } from '../plan/query.js';
import type { Update } from '../query/update.js';
import { fieldMap } from '../bson/bson-reader.js';
import type { BsonValue } from '../bson/bson-value.js';
import { StoreError, storeErrors } from '../store.errors.js';
import { Arguments } from './arguments.js';
import type { Command, StoreContext } from './command.js';
import { readFilter, readSort, readUpdate, refuseCollation } from './compiled.js';
import { checkBatchSize } from './insert.command.js';
import { readLet, type CommandSettings } from './variables.js';
import { applyUpdate, insertUpsert } from './write-statement.js';
import { WriteOutcome } from './write-reply.js';

const STATEMENT_FIELDS = new Set([
  'q',
  'u',
  'multi',
  'upsert',
  'arrayFilters',
  'hint',
  'collation',
  'c',
  'sort',
]);

interface Target {
  readonly database: string;
  readonly name: string;
}

/** What the statements of one command share. */
export interface UpdateScope {
  readonly target: Target;
  readonly context: StoreContext;
  readonly settings: CommandSettings;
  readonly letDocument: Uint8Array | undefined;
  readonly bypassValidation: boolean;
}

export const updateCommand: Command = {
  name: 'update',
  fields: ['updates', 'ordered', 'bypassDocumentValidation', 'let'],
  async run({ args, database, deadlineMs }, context) {
    const target = { database, name: args.requiredString('update') };
    const statements = args
      .requiredDocuments('updates')
      .map((bytes) => toUpdateStatement(fieldMap(bytes), 'update.updates'));
    checkBatchSize(statements.length);
    const settings = readLet(args, context.now());
    const scope = {
      target,
      context,
      settings,
      letDocument: args.document('let'),
      bypassValidation: args.boolean('bypassDocumentValidation'),
    };
    const ordered = !args.has('ordered') || args.boolean('ordered');
    const candidates = await scanAhead(statements, scope, deadlineMs);
    const outcome = await context.environment.writes.enqueue(() => {
      const result = new WriteOutcome();
      for (const [index, statement] of statements.entries()) {
        if (!result.attempt(index, ordered, () => runUpdate(statement, index, scope, result, candidates)))
          break;
      }
      return result;
    });
    return outcome.reply(true);
  },
};

/** One statement of a command. */
export class UpdateStatement {
  private compiled: CompiledUpdate | undefined;

  constructor(readonly args: Arguments) {}

  /** Compiles it and keeps that; not for each of many, or a large command would be large in memory. */
  compileAhead(scope: UpdateScope): CompiledUpdate {
    this.compiled = compileStatement(this.args, scope);
    return this.compiled;
  }

  /** @throws StoreError when it is refused. */
  compile(scope: UpdateScope): CompiledUpdate {
    return this.compiled ?? compileStatement(this.args, scope);
  }
}

export function toUpdateStatement(fields: ReadonlyMap<string, BsonValue>, subject: string): UpdateStatement {
  const args = new Arguments(subject, fields);
  for (const name of fields.keys()) if (!STATEMENT_FIELDS.has(name)) throw args.unknown(name);
  return new UpdateStatement(args);
}

/** What one statement asks for. */
interface CompiledUpdate {
  readonly query: Omit<Query, 'hint'>;
  readonly update: Update;
  readonly multi: boolean;
  readonly upsert: boolean;
}

function compileStatement(statement: Arguments, { settings, letDocument }: UpdateScope): CompiledUpdate {
  refuseCollation(statement);
  statement.refuse('c');
  statement.requiredDocument('q');
  const filter = readFilter(statement, 'q', [...settings.variables.keys()]);
  const update = readUpdate(statement, 'u', letDocument);
  const multi = statement.boolean('multi');
  if (multi && update.isReplacement) {
    throw storeErrors.FailedToParse('multi update is not supported for replacement-style update');
  }
  const sort = readSort(statement, 'sort');
  if (multi && sort) throw storeErrors.FailedToParse('Cannot specify sort with multi=true');
  const query = { filter, sort, settings: letDocument && settings, limit: multi ? 0 : 1 };
  return { query, update, multi, upsert: statement.boolean('upsert') };
}

/** Scans ahead for an update of many documents without an index; errors are left to the statement itself. */
async function scanAhead(
  statements: readonly UpdateStatement[],
  scope: UpdateScope,
  deadlineMs: number,
): Promise<readonly number[] | undefined> {
  const [statement, another] = statements;
  const { catalog, environment } = scope.context;
  const collection = catalog.find(scope.target.database, scope.target.name);
  if (!statement || another || !collection) return undefined;
  try {
    const { query, multi, upsert } = statement.compileAhead(scope);
    if (!multi || upsert) return undefined;
    const hint = readHint(statement.args, collection);
    return await preselect(environment, collection, { ...query, hint }, deadlineMs);
  } catch (error) {
    if (error instanceof StoreError && error.codeName !== 'MaxTimeMSExpired') return undefined;
    throw error;
  }
}

/**
 * Runs one statement inside the write queue.
 * @param candidates the records to look at, when they were found before.
 */
export function runUpdate(
  statement: UpdateStatement,
  index: number,
  scope: UpdateScope,
  result: WriteOutcome,
  candidates?: readonly number[],
): void {
  const { query: unhinted, update, upsert } = statement.compile(scope);
  const { target, context } = scope;
  const options = { now: scope.settings.now, bypassValidation: scope.bypassValidation };
  const { catalog, environment } = context;
  let collection = catalog.find(target.database, target.name);
  const hint = readHint(statement.args, collection);
  const query = hint ? { ...unhinted, hint } : unhinted;
  const matches = collection ? chooseMatches(environment, collection, query, candidates) : [];
  if (matches.length === 0 && upsert) {
    collection ??= catalog.findOrCreate(target.database, target.name);
    const { id } = insertUpsert(collection, query.filter, update, options);
    result.upserted.push({ index, id });
    result.matched += 1;
    return;
  }
  if (!collection || matches.length === 0) return;
  const updated = collection;
  const updateAll = (): number =>
    matches.filter((match) => applyUpdate(updated, match, update, query.filter, options) !== match.document)
      .length;
  // A statement on one document checks all before it writes, so only several need a transaction of their own.
  result.modified += matches.length === 1 ? updateAll() : environment.writes.atomically(updateAll);
  result.matched += matches.length;
}
