import { z } from 'zod';

/** A JSON schema (2020-12), as OpenAPI 3.1 takes it. */
export type JsonSchema = Record<string, unknown>;

/** A time as JSON carries it. */
export const timeSchema = z.iso.datetime();

/** A page of a list, as the API answers it. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().describe('for the next page, as ?cursor=; null on the last one'),
  });

/**
 * Turns zod schemas into JSON schemas, and collects those that have a name (`.meta({ id })`): they are referred to as
 * `#/components/schemas/<id>`. A name stands for one shape; the same one for two is a mistake of the program.
 */
export class SchemaCollector {
  readonly named: Record<string, JsonSchema> = {};

  /** @param io `input`: as a caller sends it; `output`: as it is answered */
  toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const whole = z.toJSONSchema(schema, {
      io,
      override: ({ jsonSchema }) => {
        // The format says it all; the pattern of a date and time has 300 characters.
        if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
      },
    }) as JsonSchema;
    const { $defs = {}, $schema: _dialect, '~standard': _standard, ...own } = whole;
    for (const [name, definition] of Object.entries($defs as Record<string, JsonSchema>)) {
      this.add(name, withReferences(definition));
    }
    return withReferences(own);
  }

  private add(name: string, definition: JsonSchema): void {
    const known = this.named[name];
    if (known && JSON.stringify(known) !== JSON.stringify(definition)) {
      throw new Error(`two schemas of the API have the name ${name}`);
    }
    this.named[name] = definition;
  }
}

function withReferences(schema: JsonSchema): JsonSchema {
  const text = JSON.stringify(schema);
  return JSON.parse(text.replaceAll('"$ref":"#/$defs/', '"$ref":"#/components/schemas/')) as JsonSchema;
}
