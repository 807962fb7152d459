import type { BsonValue } from '../bson/bson-value.js';
import { compileExpression } from './expression/compile-expression.js';
import { isTrue, NO_VARIABLES } from './expression/expression.js';
import type { MatchSettings } from './path-matcher.js';

/** `$expr`: true when the expression's value is true. `variables` are the names that the command's `let` defines. */
export function compileExpressionFilter(
  expression: BsonValue,
  variables: readonly string[],
): (document: BsonValue, settings?: MatchSettings) => boolean {
  const evaluate = compileExpression(expression, variables);
  return (root, settings = { now: new Date(), variables: NO_VARIABLES }) =>
    isTrue(evaluate({ root, ...settings }));
}
