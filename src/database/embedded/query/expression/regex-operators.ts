import type { Matcher } from 're2js';
import { booleanValue, int32Value, NULL_VALUE, stringValue } from '../../bson/bson-convert.js';
import { readString } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { arrayOf, documentOf } from '../../bson/document-builder.js';
import { locationError } from '../../store.errors.js';
import { compileRe2, compileRegex, readRegex, type RegexSource } from '../operators/regex.js';
import { isNullish, type OperatorParser } from './expression.js';
import { namedOperands } from './named-operands.js';

/** A text and the pattern to look for in it. */
interface Question {
  readonly text: string;
  readonly source: RegexSource;
}

/** `ask` gets the operands' values; undefined where one of them is null or missing. */
function regexOperator(ask: (question: Question | undefined) => BsonValue): OperatorParser {
  return (operand, compiler, name) => {
    const operands = namedOperands(operand, name, ['input', 'regex'], ['options']);
    const input = compiler.compile(operands.get('input')!);
    const regex = compiler.compile(operands.get('regex')!);
    const optionsOperand = operands.get('options');
    const options = optionsOperand && compiler.compile(optionsOperand);
    return (context) => {
      const text = input(context);
      const source = sourceOf(regex(context), options?.(context), name);
      if (text === undefined || isNullish(text)) return ask(undefined);
      if (text.type !== BsonType.string) {
        throw locationError(51_104, `${name} needs 'input' to be of type string`);
      }
      return ask(source && { text: readString(text), source });
    };
  };
}

function sourceOf(
  pattern: BsonValue | undefined,
  flags: BsonValue | undefined,
  name: string,
): RegexSource | undefined {
  if (flags !== undefined && !isNullish(flags) && flags.type !== BsonType.string) {
    throw locationError(51_106, `${name} needs 'options' to be of type string`);
  }
  if (pattern === undefined || isNullish(pattern)) return undefined;
  const given = flags?.type === BsonType.string ? readString(flags) : '';
  if (pattern.type === BsonType.string) return { pattern: readString(pattern), flags: given };
  if (pattern.type !== BsonType.regex) {
    throw locationError(51_105, `${name} needs 'regex' to be of type string or regex`);
  }
  const own = readRegex(pattern);
  if (own.flags !== '' && given !== '') {
    throw locationError(
      51_107,
      `${name}: found regex option(s) specified in both 'regex' and 'option' fields`,
    );
  }
  return { pattern: own.pattern, flags: own.flags + given };
}

/** Matches one after the other, `limit` at most; an empty one is followed by the next character. */
function findMatches({ text, source }: Question, limit: number): BsonValue[] {
  const matcher = compileRe2(source.pattern, source.flags).matcher(text);
  const found: BsonValue[] = [];
  let points = 0;
  let counted = 0;
  while (found.length < limit && matcher.find()) {
    const start = matcher.start();
    if (isPhantom(source, text, start)) break;
    points += Array.from(text.slice(counted, start)).length;
    counted = start;
    found.push(describe(matcher, points));
  }
  return found;
}

/** In PCRE `^` with the m flag does not match after a newline that ends the text; in RE2 it does. */
function isPhantom({ pattern, flags }: RegexSource, text: string, start: number): boolean {
  return flags.includes('m') && pattern.includes('^') && start === text.length && text.endsWith('\n');
}

/** `idx` counts code points. */
function describe(matcher: Matcher, index: number): BsonValue {
  const captures = Array.from({ length: matcher.groupCount() }, (_, at) => matcher.group(at + 1));
  return documentOf([
    ['match', stringValue(matcher.group() ?? '')],
    ['idx', int32Value(index)],
    ['captures', arrayOf(captures.map((text) => (text === null ? NULL_VALUE : stringValue(text))))],
  ]);
}

export const REGEX_OPERATORS: Record<string, OperatorParser> = {
  $regexMatch: regexOperator((question) =>
    booleanValue(question !== undefined && compileRegex(question.source)(question.text)),
  ),
  $regexFind: regexOperator((question) => (question && findMatches(question, 1)[0]) ?? NULL_VALUE),
  $regexFindAll: regexOperator((question) =>
    arrayOf(question ? findMatches(question, Number.POSITIVE_INFINITY) : []),
  ),
};
