import { createHmac, timingSafeEqual } from 'node:crypto';

export type SignatureResult =
  { valid: true; secretIndex: number } | { valid: false; reason: 'missing' | 'malformed' | 'mismatch' };

const SCHEME = 'sha256=';
const DIGEST_BYTES = 32;
const MISSING: SignatureResult = { valid: false, reason: 'missing' };
const MALFORMED: SignatureResult = { valid: false, reason: 'malformed' };
const MISMATCH: SignatureResult = { valid: false, reason: 'mismatch' };

/**
 * Checks Meta's `X-Hub-Signature-256` (`sha256=` and 64 hexadecimal digits) over the body exactly as received: Meta signs
 * the escaped-unicode form that it sends, so a parsed and re-serialised body would not match.
 * https://developers.facebook.com/docs/graph-api/webhooks/getting-started#validate-payloads
 *
 * Sources disagree on whether the Facebook or the Instagram app secret signs, hence several secrets; `secretIndex` names
 * the one that matched. An empty secret never matches, because anybody could sign with it. Meta writes the digits in
 * lower case; upper case stands for the same 32 bytes and is accepted, so that a proxy's rewriting loses no webhook.
 */
export function verifySignature(
  rawBody: Buffer,
  header: string | undefined,
  secrets: readonly string[],
): SignatureResult {
  if (header === undefined || header === '') return MISSING;
  if (header.length !== SCHEME.length + DIGEST_BYTES * 2 || !header.startsWith(SCHEME)) return MALFORMED;
  // Node stops decoding at the first character that is no hexadecimal digit, so a short result means a bad digit.
  const given = Buffer.from(header.slice(SCHEME.length), 'hex');
  if (given.length !== DIGEST_BYTES) return MALFORMED;
  for (let secretIndex = 0; secretIndex < secrets.length; secretIndex += 1) {
    const secret = secrets[secretIndex];
    if (secret && timingSafeEqual(digest(rawBody, secret), given)) return { valid: true, secretIndex };
  }
  return MISMATCH;
}

/** The `X-Hub-Signature-256` value that Meta would send with this body. */
export function signBody(rawBody: Buffer | string, secret: string): string {
  return SCHEME + createHmac('sha256', secret).update(rawBody).digest('hex');
}

function digest(rawBody: Buffer, secret: string): Buffer {
  return createHmac('sha256', secret).update(rawBody).digest();
}
