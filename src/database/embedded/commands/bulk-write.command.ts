import { elementsOf, payload, readString } from '../bson/bson-reader.js';
import { isNumber, toDouble } from '../bson/bson-number.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import { DocumentBuilder } from '../bson/document-builder.js';
import { ArrayStream } from '../cursor/document-stream.js';
import { fillFirstBatch } from '../cursor/cursor-reply.js';
import { storeErrors } from '../store.errors.js';
import { Arguments } from './arguments.js';
import type { Command } from './command.js';
import { runDelete, toDeleteStatement } from './delete.command.js';
import { checkBatchSize } from './insert.command.js';
import { runUpdate, toUpdateStatement, type UpdateScope } from './update.command.js';
import { readLet } from './variables.js';
import { insertDocument } from './write-statement.js';
import { appendFailure, WriteOutcome } from './write-reply.js';

interface Operation {
  readonly kind: 'insert' | 'update' | 'delete';
  readonly target: { readonly database: string; readonly name: string };
  readonly fields: ReadonlyMap<string, BsonValue>;
}

interface Totals {
  nErrors: number;
  nInserted: number;
  nMatched: number;
  nModified: number;
  nUpserted: number;
  nDeleted: number;
}

/** Writes to several collections in one command, as `MongoClient.bulkWrite` sends it (MongoDB 8.0). */
export const bulkWriteCommand: Command = {
  name: 'bulkWrite',
  fields: ['ops', 'nsInfo', 'ordered', 'errorsOnly', 'bypassDocumentValidation', 'let', 'cursor'],
  adminOnly: true,
  async run({ args, deadlineMs }, context) {
    const namespaces = args.requiredDocuments('nsInfo').map((info) => parseNamespace(info));
    const operations = args.requiredDocuments('ops').map((bytes) => parseOperation(bytes, namespaces));
    checkBatchSize(operations.length);
    const ordered = !args.has('ordered') || args.boolean('ordered');
    const settings = readLet(args, context.now());
    const bypassValidation = args.boolean('bypassDocumentValidation');
    const shared = { context, settings, letDocument: args.document('let'), bypassValidation };
    const totals = { nErrors: 0, nInserted: 0, nMatched: 0, nModified: 0, nUpserted: 0, nDeleted: 0 };
    const results = await context.environment.writes.enqueue(() => {
      Object.assign(totals, {
        nErrors: 0,
        nInserted: 0,
        nMatched: 0,
        nModified: 0,
        nUpserted: 0,
        nDeleted: 0,
      });
      const lines: Buffer[] = [];
      for (const [index, operation] of operations.entries()) {
        const outcome = new WriteOutcome();
        const goOn = outcome.attempt(index, ordered, () =>
          runOperation(operation, index, { ...shared, target: operation.target }, outcome),
        );
        const hasFailed = addTotals(totals, operation, outcome);
        if (hasFailed || !args.boolean('errorsOnly')) lines.push(describe(index, operation, outcome));
        if (!goOn) break;
      }
      return lines;
    });
    const batch = { namespace: 'admin.$cmd.bulkWrite', stream: new ArrayStream(results), deadlineMs };
    const builder = await fillFirstBatch(batch, context.cursors);
    for (const [name, value] of Object.entries(totals)) builder.appendInt32(name, value);
    return builder.appendDouble('ok', 1).finish();
  },
};

function parseNamespace(info: Uint8Array): { database: string; name: string } {
  const ns = elementsOf(info).find(({ name }) => name === 'ns')?.value;
  const text = ns?.type === BsonType.string ? readString(ns) : '';
  const dot = text.indexOf('.');
  if (dot < 1) throw storeErrors.InvalidNamespace(`Invalid namespace specified for bulkWrite: '${text}'`);
  return { database: text.slice(0, dot), name: text.slice(dot + 1) };
}

function parseOperation(bytes: Uint8Array, namespaces: readonly Operation['target'][]): Operation {
  const elements = elementsOf(bytes);
  const [first] = elements;
  const kind = first?.name;
  if (!first || (kind !== 'insert' && kind !== 'update' && kind !== 'delete')) {
    throw storeErrors.FailedToParse(`BSON field 'bulkWrite.ops.${kind ?? ''}' is not an operation`);
  }
  const target = isNumber(first.value) ? namespaces[toDouble(first.value)] : undefined;
  if (!target) throw storeErrors.BadValue('BulkWrite ops entry has an invalid nsInfo index.');
  return { kind, target, fields: new Map(elements.slice(1).map(({ name, value }) => [name, value])) };
}

function runOperation(
  { kind, fields }: Operation,
  index: number,
  scope: UpdateScope,
  outcome: WriteOutcome,
): void {
  if (kind === 'insert') runInsert(fields, scope, outcome);
  else if (kind === 'update')
    runUpdate(toUpdateStatement(renamed(fields), 'bulkWrite.ops'), index, scope, outcome);
  else runDelete(toDeleteStatement(renamedDelete(fields), 'bulkWrite.ops'), scope, outcome);
}

function runInsert(
  fields: Operation['fields'],
  { target, context, settings, bypassValidation }: UpdateScope,
  outcome: WriteOutcome,
): void {
  const document = fields.get('document');
  if (document?.type !== BsonType.object || fields.size > 1) {
    throw storeErrors.FailedToParse("BSON field 'bulkWrite.ops.document' must be the one field of an insert");
  }
  const collection = context.catalog.findOrCreate(target.database, target.name);
  insertDocument(collection, payload(document), { now: settings.now, bypassValidation });
  outcome.matched += 1;
}

/** The names that the `update` command has for the same things. */
function renamed(fields: Operation['fields']): Map<string, BsonValue> {
  const names: Record<string, string> = { filter: 'q', updateMods: 'u', constants: 'c' };
  return new Map([...fields].map(([name, value]) => [names[name] ?? name, value]));
}

function renamedDelete(fields: Operation['fields']): Map<string, BsonValue> {
  const all = renamed(fields);
  const multi = new Arguments('bulkWrite.ops', all).boolean('multi');
  all.delete('multi');
  const limit = new DocumentBuilder().appendInt32('limit', multi ? 0 : 1).finish();
  return all.set('limit', elementsOf(limit)[0]!.value);
}

/** @returns whether the operation failed. */
function addTotals(totals: Totals, { kind }: Operation, outcome: WriteOutcome): boolean {
  totals.nErrors += outcome.failures.length;
  if (kind === 'insert') totals.nInserted += outcome.matched;
  if (kind === 'delete') totals.nDeleted += outcome.matched;
  if (kind === 'update') {
    totals.nUpserted += outcome.upserted.length;
    totals.nMatched += outcome.matched - outcome.upserted.length;
    totals.nModified += outcome.modified;
  }
  return outcome.failures.length > 0;
}

function describe(index: number, { kind }: Operation, outcome: WriteOutcome): Buffer {
  const [failure] = outcome.failures;
  const builder = new DocumentBuilder(96).appendDouble('ok', failure ? 0 : 1).appendInt32('idx', index);
  if (failure) appendFailure(builder, failure.error);
  builder.appendInt32('n', outcome.matched);
  if (kind === 'update') builder.appendInt32('nModified', outcome.modified);
  const [upserted] = outcome.upserted;
  if (upserted) builder.openDocument('upserted').append('_id', upserted.id).close();
  return builder.finish();
}
