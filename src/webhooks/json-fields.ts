import { MalformedEventError } from './webhooks.errors.js';

/**
 * Reads fields of parsed JSON that came from outside. What is absent is `undefined`; what is there but of another type
 * (an object such as `{"$ne": null}` where a string belongs) is refused, so that nothing but plain strings and numbers
 * goes on to matching and storage.
 */

export type JsonObject = Record<string, unknown>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Own fields only: `constructor` and its like are absent unless the sender wrote them. */
const field = (object: JsonObject, name: string): unknown =>
  Object.hasOwn(object, name) ? (object[name] ?? undefined) : undefined;

export function optionalString(object: JsonObject, name: string, path: string): string | undefined {
  const value = field(object, name);
  if (value === undefined || typeof value === 'string') return value;
  throw new MalformedEventError(path, 'a string');
}

/** Instagram's ids have up to 200 characters. Far longer ones would not fit into an index of the database. */
const MAX_ID_LENGTH = 512;

/** Ids are strings, but some were seen as numbers; the JSON parser has made strings of those that would be rounded. */
export function optionalId(object: JsonObject, name: string, path: string): string | undefined {
  const value = field(object, name);
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value !== '' && value.length <= MAX_ID_LENGTH) return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  throw new MalformedEventError(path, 'an id');
}

export function requiredId(object: JsonObject, name: string, path: string): string {
  const id = optionalId(object, name, path);
  if (id === undefined) throw new MalformedEventError(path, 'an id');
  return id;
}

export function optionalCount(object: JsonObject, name: string, path: string): number | undefined {
  const value = field(object, name);
  if (value === undefined) return undefined;
  const count = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  if (typeof count === 'number' && Number.isSafeInteger(count) && count >= 0) return count;
  throw new MalformedEventError(path, 'a whole number');
}

export function optionalObject(object: JsonObject, name: string, path: string): JsonObject | undefined {
  const value = field(object, name);
  if (value === undefined || isObject(value)) return value;
  throw new MalformedEventError(path, 'an object');
}

export function optionalArray(object: JsonObject, name: string, path: string): unknown[] {
  const value = field(object, name);
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw new MalformedEventError(path, 'a list');
}

export const isTrue = (object: JsonObject, name: string): boolean => field(object, name) === true;

/** Leaves out what is undefined, so that documents carry no empty fields. */
export function defined<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
