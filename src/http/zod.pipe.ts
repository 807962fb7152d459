import { Injectable, type PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { ValidationError, type ErrorDetail } from './http.errors.js';

/** Checks a body or query against a schema; what does not fit is a 422 that names each wrong field. */
@Injectable()
export class ZodPipe<S extends z.ZodType> implements PipeTransform<unknown, z.infer<S>> {
  constructor(readonly schema: S) {}

  transform(value: unknown): z.infer<S> {
    const result = this.schema.safeParse(value);
    if (result.success) return result.data;
    throw new ValidationError(problemsOf(result.error));
  }
}

/** Each wrong field by its path, for example `actions.0.text`. */
export function problemsOf({ issues }: z.ZodError): ErrorDetail[] {
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          path: [...issue.path, key].join('.'),
          message: 'is not a known field',
        }))
      : [{ path: issue.path.join('.'), message: issue.message }],
  );
}
