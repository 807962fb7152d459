import { z } from 'zod';
import { ValidationError } from '../../http/http.errors.js';
import { BAD_CURSOR } from '../../http/paging.js';

/** How far a thread was read: each of its two sources on its own. */
export interface ThreadPosition {
  /** Id of the last delivery read. */
  delivery?: string | undefined;
  /** The last send read. */
  send?: { createdAt: Date; id: string } | undefined;
}

const positionSchema = z.strictObject({
  delivery: z
    .string()
    .regex(/^[0-9a-f]{24}$/)
    .optional(),
  send: z.strictObject({ createdAt: z.coerce.date(), id: z.string().min(1).max(500) }).optional(),
});

export const toCursor = (position: ThreadPosition): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url');

/** @throws {ValidationError} */
export function fromCursor(cursor: string): ThreadPosition {
  try {
    return positionSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    throw new ValidationError([{ path: 'cursor', message: BAD_CURSOR }]);
  }
}
