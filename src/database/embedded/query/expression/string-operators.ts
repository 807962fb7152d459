import { int32Value, NULL_VALUE, stringValue } from '../../bson/bson-convert.js';
import { isNumber, toTruncatedInteger } from '../../bson/bson-number.js';
import { readString } from '../../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../../bson/bson-value.js';
import { arrayOf } from '../../bson/document-builder.js';
import { locationError } from '../../store.errors.js';
import { toInt32 } from './array-operators.js';
import { binary, isNullish, typeOf, unary, variadic, type OperatorParser } from './expression.js';
import { namedOperands } from './named-operands.js';
import { coerceToString } from './text-of-value.js';

function isString(value: BsonValue | undefined): value is BsonValue {
  return value?.type === BsonType.string;
}

function concat(values: (BsonValue | undefined)[]): BsonValue {
  let text = '';
  for (const value of values) {
    if (isNullish(value)) return NULL_VALUE;
    if (!isString(value)) throw locationError(16_702, `$concat only supports strings, not ${typeOf(value)}`);
    text += readString(value);
  }
  return stringValue(text);
}

/** Only ASCII letters change case, as in MongoDB. */
function lower(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function upper(text: string): string {
  return text.replaceAll(/[a-z]+/g, (letters) => letters.toUpperCase());
}

function compareIgnoringCase(a: BsonValue | undefined, b: BsonValue | undefined): BsonValue {
  const order = Buffer.compare(Buffer.from(upper(coerceToString(a))), Buffer.from(upper(coerceToString(b))));
  return int32Value(order);
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function substringOfBytes(values: (BsonValue | undefined)[], name: string): BsonValue {
  const [value, from, count] = values;
  const bytes = Buffer.from(coerceToString(value));
  const start = substringNumber(from, 16_034, `${name}: starting index`);
  const wanted = substringNumber(count, 16_035, `${name}: length`);
  if (start < 0) {
    throw locationError(50_752, `${name}: starting index must be non-negative (got: ${start})`);
  }
  const end = wanted < 0 ? bytes.length : Math.min(bytes.length, start + wanted);
  if (isContinuation(bytes[start])) {
    throw locationError(28_656, `${name}: Invalid range, starting index is a UTF-8 continuation byte.`);
  }
  if (end < bytes.length && isContinuation(bytes[end])) {
    throw locationError(
      28_657,
      `${name}: Invalid range, ending index is in the middle of a UTF-8 character.`,
    );
  }
  return stringValue(bytes.subarray(start, Math.max(start, end)).toString());
}

function substringNumber(value: BsonValue | undefined, code: number, what: string): number {
  if (value === undefined || !isNumber(value)) {
    throw locationError(code, `${what} must be a numeric type (is BSON type ${typeOf(value)})`);
  }
  return Number(toTruncatedInteger(value) ?? 0n);
}

function substringOfCodePoints(values: (BsonValue | undefined)[], name: string): BsonValue {
  const [value, from, count] = values;
  const points = [...coerceToString(value)];
  const start = codePointNumber(from, 34_450, `${name}: starting index`);
  const length = codePointNumber(count, 34_452, `${name}: length`);
  if (length < 0) throw locationError(34_454, `${name}: length must be a nonnegative integer.`);
  if (start < 0) throw locationError(34_455, `${name}: the starting index must be nonnegative integer.`);
  return stringValue(points.slice(start, start + length).join(''));
}

function codePointNumber(value: BsonValue | undefined, code: number, what: string): number {
  if (value === undefined || !isNumber(value)) {
    throw locationError(code, `${what} must be a numeric type (is BSON type ${typeOf(value)})`);
  }
  const number = toInt32(value);
  if (number === undefined) {
    throw locationError(code + 1, `${what} cannot be represented as a 32-bit integral value`);
  }
  return number;
}

function split(text: BsonValue | undefined, separator: BsonValue | undefined): BsonValue {
  if (isNullish(text) || isNullish(separator)) return NULL_VALUE;
  if (!isString(text)) {
    throw locationError(
      40_085,
      `$split requires an expression that evaluates to a string as a first argument, found: ${typeOf(text)}`,
    );
  }
  if (!isString(separator)) {
    throw locationError(
      40_086,
      `$split requires an expression that evaluates to a string as a second argument, found: ${typeOf(separator)}`,
    );
  }
  const by = readString(separator);
  if (by === '') throw locationError(40_087, '$split requires a non-empty separator');
  return arrayOf(
    readString(text)
      .split(by)
      .map((part) => stringValue(part)),
  );
}

/** What MongoDB trims when it is given no characters. */
const WHITESPACE =
  '\0 \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a';

function trim(sides: 'left' | 'right' | 'both'): OperatorParser {
  return (operand, compiler, name) => {
    const operands = namedOperands(operand, name, ['input'], ['chars']);
    const input = compiler.compile(operands.get('input')!);
    const charsOperand = operands.get('chars');
    const readChars = charsOperand && compiler.compile(charsOperand);
    return (context) => {
      const text = input(context);
      if (isNullish(text)) return NULL_VALUE;
      if (!isString(text)) {
        throw locationError(
          50_699,
          `${name} requires its input to be a string, got ${typeOf(text)} instead.`,
        );
      }
      const chars = readChars?.(context);
      if (readChars !== undefined && isNullish(chars)) return NULL_VALUE;
      if (readChars !== undefined && !isString(chars)) {
        throw locationError(50_700, `${name} requires 'chars' to be a string, got ${typeOf(chars)} instead.`);
      }
      return stringValue(
        trimmed(readString(text), new Set(chars === undefined ? WHITESPACE : readString(chars)), sides),
      );
    };
  };
}

function trimmed(text: string, chars: ReadonlySet<string>, sides: 'left' | 'right' | 'both'): string {
  const points = [...text];
  let start = 0;
  let end = points.length;
  if (sides !== 'right') while (start < end && chars.has(points[start]!)) start += 1;
  if (sides !== 'left') while (end > start && chars.has(points[end - 1]!)) end -= 1;
  return points.slice(start, end).join('');
}

function indexOfCodePoints(values: (BsonValue | undefined)[], name: string): BsonValue {
  const [text, token, from, to] = values;
  if (isNullish(text)) return NULL_VALUE;
  if (!isString(text)) {
    throw locationError(40_093, `${name} requires a string as the first argument, found: ${typeOf(text)}`);
  }
  if (!isString(token)) {
    throw locationError(40_094, `${name} requires a string as the second argument, found: ${typeOf(token)}`);
  }
  const points = [...readString(text)];
  const wanted = [...readString(token)];
  const start = values.length > 2 ? indexArgument(from, name) : 0;
  const end = values.length > 3 ? Math.min(points.length, indexArgument(to, name)) : points.length;
  if (start > points.length) return int32Value(-1);
  for (let at = start; at + wanted.length <= end; at += 1) {
    if (wanted.every((point, offset) => points[at + offset] === point)) return int32Value(at);
  }
  return int32Value(-1);
}

function indexArgument(value: BsonValue | undefined, name: string): number {
  const index = toInt32(value);
  if (index === undefined) throw locationError(40_096, `${name} requires an integral index`);
  if (index < 0) throw locationError(40_097, `${name} requires a nonnegative index, found: ${index}`);
  return index;
}

function replace(all: boolean): OperatorParser {
  return (operand, compiler, name) => {
    const operands = namedOperands(operand, name, ['input', 'find', 'replacement']);
    const roles = ['input', 'find', 'replacement'] as const;
    const [input, find, replacement] = roles.map((role) => compiler.compile(operands.get(role)!));
    return (context) => {
      const values = [input!(context), find!(context), replacement!(context)];
      const texts = values.map((value, index) => replaceText(value, index, name));
      const [text, wanted, by] = texts;
      if (text === undefined || wanted === undefined || by === undefined) return NULL_VALUE;
      return stringValue(all ? text.replaceAll(wanted, () => by) : text.replace(wanted, () => by));
    };
  };
}

function replaceText(value: BsonValue | undefined, index: number, name: string): string | undefined {
  if (isNullish(value)) return undefined;
  if (!isString(value)) {
    const role = ['input', 'find', 'replacement'][index];
    throw locationError(
      [51_746, 51_745, 51_744][index]!,
      `${name} requires that '${role}' be a string, found: ${typeOf(value)}`,
    );
  }
  return readString(value);
}

function byteLength(value: BsonValue | undefined): BsonValue {
  if (!isString(value))
    throw locationError(34_473, `$strLenBytes requires a string argument, found: ${typeOf(value)}`);
  return int32Value(Buffer.byteLength(readString(value)));
}

function codePointLength(value: BsonValue | undefined): BsonValue {
  if (!isString(value))
    throw locationError(34_471, `$strLenCP requires a string argument, found: ${typeOf(value)}`);
  return int32Value([...readString(value)].length);
}

export const STRING_OPERATORS: Record<string, OperatorParser> = {
  $concat: variadic(concat),
  $toLower: unary((value) => stringValue(lower(coerceToString(value)))),
  $toUpper: unary((value) => stringValue(upper(coerceToString(value)))),
  $strcasecmp: binary(compareIgnoringCase),
  $substr: variadic(substringOfBytes, 3, 3),
  $substrBytes: variadic(substringOfBytes, 3, 3),
  $substrCP: variadic(substringOfCodePoints, 3, 3),
  $strLenBytes: unary(byteLength),
  $strLenCP: unary(codePointLength),
  $split: binary(split),
  $trim: trim('both'),
  $ltrim: trim('left'),
  $rtrim: trim('right'),
  $indexOfCP: variadic(indexOfCodePoints, 2, 4),
  $replaceOne: replace(false),
  $replaceAll: replace(true),
};
