import { DocumentBuilder } from '../bson/document-builder.js';
import type { BsonValue } from '../bson/bson-value.js';
import { StoreError } from '../store.errors.js';

interface WriteFailure {
  readonly index: number;
  readonly error: StoreError;
}

/** What the statements of one write command did. */
export class WriteOutcome {
  matched = 0;
  modified = 0;
  readonly upserted: { index: number; id: BsonValue }[] = [];
  readonly failures: WriteFailure[] = [];

  /** Runs one statement; @returns false when it failed and, the command being ordered, the rest must not run. */
  attempt(index: number, ordered: boolean, statement: () => void): boolean {
    try {
      statement();
      return true;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.failures.push({ index, error });
      return !ordered;
    }
  }

  reply(withModified: boolean): Buffer {
    const builder = new DocumentBuilder(128).appendInt32('n', this.matched);
    if (withModified) builder.appendInt32('nModified', this.modified);
    if (this.upserted.length > 0) {
      builder.openArray('upserted');
      for (const [at, { index, id }] of this.upserted.entries()) {
        builder.openDocument(at).appendInt32('index', index).append('_id', id).close();
      }
      builder.close();
    }
    if (this.failures.length > 0) {
      builder.openArray('writeErrors');
      for (const [at, failure] of this.failures.entries()) {
        builder.openDocument(at).appendInt32('index', failure.index);
        appendFailure(builder, failure.error);
        builder.close();
      }
      builder.close();
    }
    return builder.appendDouble('ok', 1).finish();
  }
}

/** An error as an entry of a list of errors tells it. */
export function appendFailure(builder: DocumentBuilder, error: StoreError): void {
  builder.appendInt32('code', error.code);
  for (const [name, value] of Object.entries(error.details ?? {})) builder.appendJs(name, value);
  builder.appendString('errmsg', error.message);
}
