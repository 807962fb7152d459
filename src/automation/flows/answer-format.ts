import type { AnswerFormat } from '../automation.types.js';

/** Not what RFC 5322 allows, but what people have: one @, a domain with a dot, no spaces. */
const EMAIL =
  /^[^\s@"(),:;<>[\\\]]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}]{2,63}$/u;
/** What people and phones write between digits: spaces, brackets, dashes, and marks of direction, which can't be seen. */
const PHONE_SIGNS = /[\s()./\u2212\p{Pd}\p{Cf}]/gu;
/** E.164 has at most 15 digits. */
const PHONE = /^\+?\d{6,15}$/;
const MAX_LENGTH = 1000;

/** The answer as it is kept, or null when it is not of the form that was asked for. */
export function readAnswer(format: AnswerFormat, text: string | undefined): string | null {
  const answer = (text ?? '').normalize('NFKC').trim();
  if (answer === '' || answer.length > MAX_LENGTH) return null;
  switch (format) {
    case 'text':
      return answer;
    case 'email':
      return answer.length <= 254 && EMAIL.test(answer) ? answer : null;
    case 'phone': {
      const digits = answer.replace(PHONE_SIGNS, '').replace(DIGIT, asciiDigit);
      return PHONE.test(digits) ? digits : null;
    }
  }
}

const DIGIT = /\p{Nd}/gu;

/**
 * A decimal digit of any script as an ASCII one. Unicode has the ten of each script next to one another, zero first
 * (The Unicode Standard, section 4.6), so the way back to where the digits begin tells the value.
 */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0)!;
  let before = 0;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(code - before - 1))) before += 1;
  return String(before % 10);
}
