import { SetMetadata } from '@nestjs/common';
import type { z } from 'zod';

export const ROUTE_DOC = 'chatautodm:route-doc';

/** What the API's description says of a route beside what its controller says already. */
export interface RouteDoc {
  /** A line for lists: what the route does. */
  summary: string;
  /** What a good answer holds, with times as texts: as it is on the wire. Left out: nothing, or see `contentType`. */
  answer?: z.ZodType;
  /** Of a good answer. Default: `application/json` where there is an `answer`. */
  contentType?: string;
  /** Of a body that no `ZodPipe` checks, but something behind it. */
  body?: z.ZodType;
  /** Of the body. Default: `application/json`. */
  bodyType?: string;
  /** Of a good answer. Default: what `@HttpCode` says, or 201 for POST, or 200. */
  status?: number;
  /** Errors of its own, as `{404: 'job_not_found'}`. Those of guards and schemas are known. */
  errors?: Readonly<Record<number, string>>;
}

/** Puts the route into `/api/docs`. Path, parameters, body and guards are read from the controller and its pipes. */
export const Documented = (doc: RouteDoc): MethodDecorator => SetMetadata(ROUTE_DOC, doc);
