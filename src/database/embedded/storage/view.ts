import { deserialize, serialize } from 'bson';

/** A read-only view: stages of an aggregation over a collection or another view of the same database. */
export interface View {
  readonly database: string;
  readonly name: string;
  readonly viewOn: string;
  /** BSON of the array of stages. */
  readonly pipeline: Uint8Array;
}

/** How the catalog keeps a view. */
export function encodeView({ database, name, viewOn, pipeline }: View): Buffer {
  return Buffer.from(serialize({ database, name, viewOn, pipeline }));
}

export function decodeView(bytes: Uint8Array): View {
  return deserialize(bytes, { promoteBuffers: true }) as View;
}
