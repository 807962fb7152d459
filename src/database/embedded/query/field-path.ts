import { encodeName, isIndexName } from '../bson/bson-reader.js';

/** A dotted path, taken apart once. */
export interface FieldPath {
  readonly text: string;
  readonly parts: readonly string[];
  /** UTF-8 of each part. */
  readonly names: readonly Uint8Array[];
  /** The array index each part stands for, or -1. */
  readonly indexes: readonly number[];
}

/** Takes a path apart; any text is one, the empty text too. */
export function parseFieldPath(text: string): FieldPath {
  const parts = text.split('.');
  return {
    text,
    parts,
    names: parts.map((part) => encodeName(part)),
    indexes: parts.map((part) => (isIndexName(part) ? Number(part) : -1)),
  };
}
