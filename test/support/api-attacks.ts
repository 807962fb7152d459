import type { ApiDocument } from '../../src/monitoring/api-docs/api-document.js';
import type { JsonSchema } from '../../src/http/api-docs/json-schema.js';

/** A route under `/api/admin`, as the API's description has it. */
export interface AdminRoute {
  method: string;
  /** With its parameters in braces. */
  path: string;
  query: string[];
  /** The fields that its body may have; undefined where it takes none. */
  body: string[] | undefined;
}

export function adminRoutesOf(document: ApiDocument): AdminRoute[] {
  return Object.entries(document.paths)
    .filter(([path]) => path.startsWith('/api/admin/'))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { parameters, requestBody }]) => ({
        method: method.toUpperCase(),
        path,
        query: (parameters as { name: string; in: string }[])
          .filter((parameter) => parameter.in === 'query')
          .map(({ name }) => name),
        body: requestBody && [...new Set(fieldsOf(Object.values(requestBody.content)[0]!.schema, document))],
      })),
    );
}

function fieldsOf(schema: JsonSchema, document: ApiDocument): string[] {
  const { $ref, properties, anyOf, oneOf, allOf } = schema as {
    $ref?: string;
    properties?: object;
    anyOf?: JsonSchema[];
    oneOf?: JsonSchema[];
    allOf?: JsonSchema[];
  };
  if ($ref !== undefined) return fieldsOf(document.components.schemas[$ref.split('/').at(-1)!]!, document);
  const parts = [...(anyOf ?? []), ...(oneOf ?? []), ...(allOf ?? [])];
  return [...Object.keys(properties ?? {}), ...parts.flatMap((part) => fieldsOf(part, document))];
}

/** What makes a query of the database mean something else, where it is let through. */
export const operators: readonly object[] = [
  { $ne: null },
  { $gt: '' },
  { $regex: '.*' },
  { $in: [null, ''] },
  { $where: 'while (true) {}' },
  { $expr: { $function: { body: 'while (true) {}', args: [], lang: 'js' } } },
];

/** The same in the ways in which parsers of queries make objects of texts. */
export const operatorQueries = (name: string): string[] => [
  `${name}[$ne]=`,
  `${name}[$where]=while(true){}`,
  `${name}[]=`,
  `${name}.$gt=`,
  `${name}=${encodeURIComponent(JSON.stringify({ $ne: null }))}`,
  `${name}=a&${name}=b`,
];

/** A copy with the value at one place replaced, for every place in it, however deep. */
export function* replacedEverywhere(value: unknown, by: unknown, at = ''): Generator<[string, unknown]> {
  yield [at, by];
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    for (const [path, replaced] of replacedEverywhere(inner, by, at === '' ? key : `${at}.${key}`)) {
      const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
      copy[key] = replaced;
      yield [path, copy];
    }
  }
}

export const isRefused = ({ status }: { status: number }): boolean => status >= 400 && status < 500;

/** What takes no body does the same with any, and what only judges a body may answer that it is wrong. */
export function isHarmless(
  { body }: Pick<AdminRoute, 'body'>,
  { status, json }: { status: number; json: unknown },
): boolean {
  if (status >= 300) return false;
  return body === undefined || (json as { valid?: boolean }).valid === false;
}
