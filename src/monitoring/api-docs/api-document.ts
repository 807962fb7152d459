import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { SchemaCollector, type JsonSchema } from '../../http/api-docs/json-schema.js';
import type { ScannedRoute } from './route-scanner.js';

/** An OpenAPI 3.1 document, as far as it is made here. */
export interface ApiDocument {
  openapi: string;
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema>; securitySchemes: Record<string, object> };
}

interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  security: Record<string, string[]>[];
  parameters: object[];
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema?: JsonSchema }> }>;
}

const JSON_TYPE = 'application/json';

const errorSchema = z
  .object({
    statusCode: z.int(),
    code: z.string().describe('stable: programs may decide by it'),
    message: z.string().describe('for people'),
    details: z
      .array(
        z.object({
          path: z.string().describe('where in the input, for example actions.0.text'),
          message: z.string(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Error' });

const DESCRIPTION = `Everything that this server answers. Routes under \`/api/admin\` need the admin token as a bearer token.

Lists take \`limit\` and \`cursor\`, and answer \`{items, nextCursor}\`. Errors have a stable \`code\`; what is not valid is a 422 that names each field.`;

/** Describes routes to programs and people. */
export function describeApi(routes: readonly ScannedRoute[], version: string): ApiDocument {
  const schemas = new SchemaCollector();
  const paths: ApiDocument['paths'] = {};
  for (const route of routes.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[route.method.toLowerCase()] = operationOf(route, schemas);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'ChatAutoDM', version, description: DESCRIPTION },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: schemas.named,
      securitySchemes: { adminToken: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function operationOf(route: ScannedRoute, schemas: SchemaCollector): Operation {
  const { doc, body, guarded, at, path } = route;
  const bodyType = doc?.bodyType ?? JSON_TYPE;
  return {
    operationId: at.replace('Controller.', '.'),
    summary: doc?.summary ?? '',
    tags: [tagOf(path)],
    security: guarded ? [{ adminToken: [] }] : [],
    parameters: [...pathParameters(path), ...queryParameters(route, schemas)],
    ...(body && {
      requestBody: {
        required: true,
        content: { [bodyType]: { schema: schemas.toJsonSchema(body, 'input') } },
      },
    }),
    responses: { [route.status]: goodAnswer(route, schemas), ...errorAnswers(route, schemas) },
  };
}

function goodAnswer({ doc, status }: ScannedRoute, schemas: SchemaCollector) {
  const description = STATUS_CODES[status] ?? 'OK';
  const type = doc?.contentType ?? (doc?.answer && JSON_TYPE);
  if (type === undefined) return { description };
  const schema = doc?.answer && schemas.toJsonSchema(doc.answer, 'output');
  return { description, content: { [type]: schema ? { schema } : {} } };
}

function errorAnswers({ doc, guarded, changesNothing, query, body }: ScannedRoute, schemas: SchemaCollector) {
  const codes: Record<number, string> = { ...doc?.errors };
  if (guarded) {
    codes[401] = 'admin_token_required';
    codes[429] ??= 'too_many_tries';
    if (!changesNothing) codes[403] ??= 'read_only_token';
  }
  if (guarded || query || body) codes[422] ??= 'validation_failed';
  const content = { [JSON_TYPE]: { schema: schemas.toJsonSchema(errorSchema, 'output') } };
  return Object.fromEntries(
    Object.entries(codes).map(([status, code]) => [status, { description: code, content }]),
  );
}

const pathParameters = (path: string): object[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));

function queryParameters({ query }: ScannedRoute, schemas: SchemaCollector): object[] {
  if (!query) return [];
  const { properties = {}, required = [] } = schemas.toJsonSchema(query, 'input') as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

/** What the route is about: the first part of its path that says so. */
function tagOf(path: string): string {
  const prefixes = new Set(['', 'api', 'admin']);
  return path.split('/').find((part) => !prefixes.has(part)) ?? 'dashboard';
}
