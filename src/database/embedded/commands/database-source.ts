import { createHash } from 'node:crypto';
import { elementsOf, getField, payload, valuesOf } from '../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import { documentOf, DocumentBuilder } from '../bson/document-builder.js';
import { compileExpression } from '../query/expression/compile-expression.js';
import { parsePipeline, type StageSpec } from '../query/stages/parse-pipeline.js';
import { locationError, storeErrors } from '../store.errors.js';
import type { CommandRequest, StoreContext } from './command.js';
import type { CommandSettings } from './variables.js';

export function firstStage(stages: readonly BsonValue[]): StageSpec | undefined {
  return parsePipeline(stages.slice(0, 1))[0];
}

/** The documents that the first stage of an aggregation on a database gives. */
export function openDatabaseSource(
  { name, spec }: StageSpec,
  settings: CommandSettings,
  request: CommandRequest,
  context: StoreContext,
): Uint8Array[] {
  return name === '$documents' ? givenDocuments(spec, settings) : localSessions(spec, request, context);
}

/** `$documents`: an expression that gives an array of documents. */
function givenDocuments(spec: BsonValue, settings: CommandSettings): Uint8Array[] {
  const expression = compileExpression(spec, [...settings.variables.keys()]);
  const documents = expression({ root: documentOf([]), ...settings });
  if (documents?.type !== BsonType.array) throw locationError(5_858_203, 'an array is expected');
  return valuesOf(documents).map((document) => {
    if (document.type !== BsonType.object) {
      throw locationError(
        40_228,
        "'newRoot' expression must evaluate to an object: an element of $documents",
      );
    }
    return payload(document);
  });
}

/**
 * `$listLocalSessions`: the sessions in the server's cache. This store keeps none between commands, so that is the
 * session of the command that asks.
 */
function localSessions(
  spec: BsonValue,
  { args, client }: CommandRequest,
  { now }: StoreContext,
): Uint8Array[] {
  if (spec.type !== BsonType.object) {
    throw storeErrors.TypeMismatch('$listLocalSessions options must be specified in an object');
  }
  for (const { name } of elementsOf(spec)) {
    if (name === 'allUsers' || name === 'users') continue;
    throw locationError(40_415, `BSON field '$listLocalSessions.${name}' is an unknown field.`);
  }
  if (getField(spec, 'users')) {
    throw storeErrors.NotImplemented("'users' of $listLocalSessions is not supported by this store");
  }
  const session = args.document('lsid');
  const id = session && getField(session, 'id');
  if (!id) return [];
  // As MongoDB names the owner: by a digest, of nothing where nobody needs to sign in.
  const owner = client.secret ? `${client.secret.user}@admin` : '';
  const entry = new DocumentBuilder(128)
    .openDocument('_id')
    .append('id', id)
    .appendJs('uid', createHash('sha256').update(owner).digest())
    .close()
    .appendDate('lastUse', now());
  return [entry.finish()];
}
