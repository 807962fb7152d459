import { documentValue, elementsOf } from '../bson/bson-reader.js';
import { compileExpression } from '../query/expression/compile-expression.js';
import { NO_VARIABLES, type Variables } from '../query/expression/expression.js';
import { documentOf } from '../bson/document-builder.js';
import { locationError } from '../store.errors.js';
import type { Arguments } from './arguments.js';

/** What a command's expressions may read beside the document: its time and its `let`. */
export interface CommandSettings {
  readonly now: Date;
  readonly variables: Variables;
}

/** The values of a command's `let`: constants, or expressions of them. */
export function readLet(args: Arguments, now: Date): CommandSettings {
  const bytes = args.document('let');
  if (!bytes) return { now, variables: NO_VARIABLES };
  const root = documentOf([]);
  const variables = new Map(
    elementsOf(documentValue(bytes)).map(({ name, value }) => {
      if (!/^[a-z]\w*$/i.test(name)) {
        throw locationError(16_867, `'${name}' starts with an invalid character for a user variable name`);
      }
      return [name, compileExpression(value)({ root, now, variables: NO_VARIABLES })] as const;
    }),
  );
  return { now, variables };
}
