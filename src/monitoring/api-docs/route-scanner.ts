import { RequestMethod, type Type } from '@nestjs/common';
import {
  GUARDS_METADATA,
  HTTP_CODE_METADATA,
  METHOD_METADATA,
  PATH_METADATA,
  ROUTE_ARGS_METADATA,
} from '@nestjs/common/constants';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import type { z } from 'zod';
import { AdminGuard } from '../../http/admin.guard.js';
import { CHANGES_NOTHING } from '../../http/changes-nothing.decorator.js';
import { ROUTE_DOC, type RouteDoc } from '../../http/api-docs/documented.decorator.js';
import { ZodPipe } from '../../http/zod.pipe.js';

/** A route as its controller declares it. */
export interface ScannedRoute {
  method: string;
  /** As Express takes it, for example `/api/admin/jobs/:id`. */
  path: string;
  /** Class and method, for who has to mend its description. */
  at: string;
  /** Needs the admin token. */
  guarded: boolean;
  /** What a read-only token may call. */
  changesNothing: boolean;
  query: z.ZodType | undefined;
  body: z.ZodType | undefined;
  status: number;
  /** Undefined where nobody wrote one. */
  doc: RouteDoc | undefined;
}

interface RouteArgument {
  pipes: unknown[];
}

/** All routes of a controller, by what Nest's decorators and the pipes of its parameters say. */
export function routesOf(controller: Type): ScannedRoute[] {
  const handlers = Object.getOwnPropertyNames(controller.prototype).filter(
    (name) => Reflect.getMetadata(METHOD_METADATA, handlerOf(controller, name)) !== undefined,
  );
  return handlers.flatMap((name) => {
    const handler = handlerOf(controller, name);
    const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod];
    const args = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) as
      Record<string, RouteArgument> | undefined;
    const doc = Reflect.getMetadata(ROUTE_DOC, handler) as RouteDoc | undefined;
    const status = Reflect.getMetadata(HTTP_CODE_METADATA, handler) as number | undefined;
    const route = {
      method,
      at: `${controller.name}.${name}`,
      guarded: [...guardsOf(controller), ...guardsOf(handler)].includes(AdminGuard),
      changesNothing:
        method === 'GET' ||
        [controller, handler].some((declared) => Reflect.getMetadata(CHANGES_NOTHING, declared) === true),
      query: schemaOf(args, RouteParamtypes.QUERY),
      body: schemaOf(args, RouteParamtypes.BODY) ?? doc?.body,
      status: doc?.status ?? status ?? (method === 'POST' ? 201 : 200),
      doc,
    };
    return pathsOf(controller).flatMap((prefix) =>
      pathsOf(handler).map((path) => Object.assign({ path: join(prefix, path) }, route)),
    );
  });
}

const handlerOf = (controller: Type, name: string): object =>
  (Object.getOwnPropertyDescriptor(controller.prototype, name)?.value as object | undefined) ?? {};

const guardsOf = (target: object): unknown[] =>
  (Reflect.getMetadata(GUARDS_METADATA, target) as unknown[] | undefined) ?? [];

function pathsOf(target: object): string[] {
  const path = Reflect.getMetadata(PATH_METADATA, target) as string | string[];
  return Array.isArray(path) ? path : [path];
}

/** Of the parameter that takes the whole query or body. */
function schemaOf(
  args: Record<string, RouteArgument> | undefined,
  type: RouteParamtypes,
): z.ZodType | undefined {
  for (const [key, { pipes }] of Object.entries(args ?? {})) {
    if (!key.startsWith(`${type}:`)) continue;
    const pipe = pipes.find((each) => each instanceof ZodPipe);
    if (pipe) return pipe.schema;
  }
  return undefined;
}

const join = (...parts: string[]): string =>
  `/${parts
    .flatMap((part) => part.split('/'))
    .filter((part) => part !== '')
    .join('/')}`;
