import { z } from 'zod';
import { ValidationError } from '../../http/http.errors.js';
import { timeSchema } from '../../http/time.schema.js';
import { KEPT_MS } from '../../queue/queue-minute.repository.js';

const MAX_STEP_MINUTES = 60;

export const minutesSchema = z.strictObject({
  from: timeSchema.optional(),
  to: timeSchema.optional(),
  step: z.coerce.number().int().min(1).max(MAX_STEP_MINUTES).default(1),
});

/** @throws {ValidationError} when `from` is not before `to`, or longer before it than minutes are kept */
export function checkRange(from: Date, to: Date): void {
  const ms = to.getTime() - from.getTime();
  if (ms <= 0) throw new ValidationError([{ path: 'to', message: 'must be after from' }]);
  if (ms > KEPT_MS) {
    const message = `must be at most ${KEPT_MS / 3_600_000} hours before to: minutes are kept no longer`;
    throw new ValidationError([{ path: 'from', message }]);
  }
}
