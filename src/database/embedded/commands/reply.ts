import { serialize, type Document } from 'bson';
import { StoreError } from '../store.errors.js';

function reply(fields: Document): Buffer {
  const bytes = serialize({ ...fields, ok: 1.0 });
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function failure(error: StoreError): Buffer {
  const { code, codeName, details, message } = error;
  const bytes = serialize({ ok: 0, errmsg: message, code, codeName, ...details });
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Answers that are built from JavaScript values: those that are not sent often. */
export const BSON = { reply, failure, ok: reply({}) } as const;
