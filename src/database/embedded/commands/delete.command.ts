import { fieldMap } from '../bson/bson-reader.js';
import type { BsonValue } from '../bson/bson-value.js';
import { chooseMatches, preselect } from '../plan/preselect.js';
import { readHint, type Query } from '../plan/query.js';
import { Arguments } from './arguments.js';
import type { Command } from './command.js';
import { readFilter, refuseCollation } from './compiled.js';
import { StoreError, storeErrors } from '../store.errors.js';
import { checkBatchSize } from './insert.command.js';
import type { UpdateScope } from './update.command.js';
import { readLet } from './variables.js';
import { WriteOutcome } from './write-reply.js';

const STATEMENT_FIELDS = new Set(['q', 'limit', 'collation', 'hint']);

export const deleteCommand: Command = {
  name: 'delete',
  fields: ['deletes', 'ordered', 'let'],
  async run({ args, database, deadlineMs }, context) {
    const target = { database, name: args.requiredString('delete') };
    const statements = args
      .requiredDocuments('deletes')
      .map((bytes) => toDeleteStatement(fieldMap(bytes), 'delete.deletes'));
    checkBatchSize(statements.length);
    const ordered = !args.has('ordered') || args.boolean('ordered');
    const settings = readLet(args, context.now());
    const scope = { target, context, settings, letDocument: args.document('let'), bypassValidation: false };
    const candidates = await scanAhead(statements, scope, deadlineMs);
    const outcome = await context.environment.writes.enqueue(() => {
      const result = new WriteOutcome();
      for (const [index, statement] of statements.entries()) {
        if (!result.attempt(index, ordered, () => runDelete(statement, scope, result, candidates))) break;
      }
      return result;
    });
    return outcome.reply(false);
  },
};

export function toDeleteStatement(fields: ReadonlyMap<string, BsonValue>, subject: string): Arguments {
  const statement = new Arguments(subject, fields);
  for (const name of fields.keys()) if (!STATEMENT_FIELDS.has(name)) throw statement.unknown(name);
  return statement;
}

function compileStatement(
  statement: Arguments,
  { target, context, settings, letDocument }: UpdateScope,
): Query {
  refuseCollation(statement);
  statement.requiredDocument('q');
  const filter = readFilter(statement, 'q', [...settings.variables.keys()]);
  const limit = statement.count('limit') ?? statement.missing('limit');
  if (limit > 1) {
    throw storeErrors.FailedToParse(`The limit field in delete objects must be 0 or 1. Got ${limit}`);
  }
  const hint = readHint(statement, context.catalog.find(target.database, target.name));
  return { filter, limit, hint, settings: letDocument && settings };
}

/** Scans ahead for a delete of many documents without an index; errors are left to the statement itself. */
async function scanAhead(
  statements: readonly Arguments[],
  scope: UpdateScope,
  deadlineMs: number,
): Promise<readonly number[] | undefined> {
  const [statement, another] = statements;
  const { catalog, environment } = scope.context;
  if (!statement || another) return undefined;
  try {
    const query = compileStatement(statement, scope);
    const collection = catalog.find(scope.target.database, scope.target.name);
    return query.limit === 0 ? await preselect(environment, collection, query, deadlineMs) : undefined;
  } catch (error) {
    if (error instanceof StoreError && error.codeName !== 'MaxTimeMSExpired') return undefined;
    throw error;
  }
}

/**
 * Runs one statement inside the write queue.
 * @param candidates the records to look at, when they were found before.
 */
export function runDelete(
  statement: Arguments,
  scope: UpdateScope,
  result: WriteOutcome,
  candidates?: readonly number[],
): void {
  const query = compileStatement(statement, scope);
  const { catalog, environment } = scope.context;
  const collection = catalog.find(scope.target.database, scope.target.name);
  if (!collection) return;
  for (const match of chooseMatches(environment, collection, query, candidates)) {
    collection.remove(match.recordId, match.document);
    result.matched += 1;
  }
}
