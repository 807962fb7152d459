import { RE2JS } from 're2js';
import { cstringEnd, readString, readUtf8 } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { compareValues } from '../../bson/compare.js';
import { locationError, storeErrors } from '../../store.errors.js';
import type { ElementTest } from '../path-matcher.js';
import { toRe2Syntax } from './regex-syntax.js';

export interface RegexSource {
  readonly pattern: string;
  readonly flags: string;
}

/** Pattern and flags of a regular expression value. */
export function readRegex(value: BsonValue): RegexSource {
  const patternEnd = cstringEnd(value.bytes, value.start);
  return {
    pattern: readUtf8(value.bytes, value.start, patternEnd),
    flags: readUtf8(value.bytes, patternEnd + 1, value.end - 1),
  };
}

/** PCRE's limit in MongoDB. */
const MOST_PATTERN_BYTES = 32_764;

/** Patterns that need no engine: plain text, perhaps at the start. */
const LITERAL = /^(\^?)([\w @:;,/=&%!~'"<>-]+)$/;

/** A function that tells whether a text holds a match; in linear time, so a hostile pattern can't stop the store. */
export function compileRegex({ pattern, flags }: RegexSource): (text: string) => boolean {
  const compiled = compileRe2(pattern, flags);
  const literal = flags === '' ? LITERAL.exec(pattern) : null;
  if (literal !== null) {
    const [, anchor, wanted = ''] = literal;
    return anchor ? (text) => text.startsWith(wanted) : (text) => text.includes(wanted);
  }
  if (flags.includes('m') && pattern.includes('^')) return (text) => matchesMultiline(compiled, text);
  return (text) => compiled.test(text);
}

/** In PCRE `^` with the m flag does not match after a newline that ends the text; in RE2 it does. */
function matchesMultiline(compiled: RE2JS, text: string): boolean {
  if (!text.endsWith('\n')) return compiled.test(text);
  const matcher = compiled.matcher(text);
  return matcher.find() && matcher.start() < text.length;
}

/**
 * Compiles PCRE's syntax for RE2.
 * @throws StoreError 51091 for a pattern, 51108 for a flag that is invalid or unsupported
 */
export function compileRe2(pattern: string, flags: string): RE2JS {
  for (const flag of flags) {
    if (!'imsxu'.includes(flag)) throw locationError(51_108, `invalid flag in regex options: ${flag}`);
  }
  if (pattern.includes('\0')) {
    throw storeErrors.BadValue('Regular expression cannot contain an embedded null byte');
  }
  if (Buffer.byteLength(pattern) > MOST_PATTERN_BYTES) {
    throw locationError(51_091, 'Regular expression is invalid: regular expression is too large');
  }
  const syntax = toRe2Syntax(pattern, flags);
  if (syntax === undefined)
    throw unsupported(pattern, '$ before the end of a pattern, or ^ or $ beside (?m)');
  let options = 0;
  if (flags.includes('i')) options |= RE2JS.CASE_INSENSITIVE;
  if (flags.includes('m')) options |= RE2JS.MULTILINE;
  if (flags.includes('s')) options |= RE2JS.DOTALL;
  try {
    return RE2JS.compile(syntax, options);
  } catch (error) {
    throw unsupported(pattern, error instanceof Error ? error.message : String(error));
  }
}

function unsupported(pattern: string, reason: string): Error {
  return locationError(
    51_091,
    `Regular expression is invalid or not supported by this store (RE2 syntax): ${reason}: /${pattern}/`,
  );
}

/** Matches strings and symbols that hold a match, and values that are this same regular expression. */
export function regexTest(source: RegexSource, asValue: BsonValue): ElementTest {
  const matches = compileRegex(source);
  return (value) => {
    if (value === undefined) return false;
    if (value.type === BsonType.string || value.type === BsonType.symbol) return matches(readString(value));
    return value.type === BsonType.regex && compareValues(value, asValue) === 0;
  };
}
