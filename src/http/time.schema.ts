import { z } from 'zod';

/** A moment in a query or a body: ISO 8601 with a zone. */
export const timeSchema = z.iso
  .datetime({ offset: true, error: 'must be a time like 2026-01-31T12:00:00Z' })
  .transform((value) => new Date(value));

interface Range {
  from?: Date | undefined;
  to?: Date | undefined;
}

/** For `.refine(isRange, notARange)` of a schema with both. */
export const isRange = ({ from, to }: Range): boolean => !from || !to || from < to;
export const notARange = { path: ['to'], message: 'must be after from' };
