import type { AnswerFormat } from '../automation.types.js';

/** Not what RFC 5322 allows, but what people have: one @, a domain with a dot, no spaces. */
const EMAIL =
  /^[^\s@"(),:;<>[\\\]]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}]{2,63}$/u;
const PHONE_SIGNS = /[\s().\-/]/g;
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
      const digits = answer.replace(PHONE_SIGNS, '');
      return PHONE.test(digits) ? digits : null;
    }
  }
}
