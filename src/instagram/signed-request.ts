import { createHmac, timingSafeEqual } from 'node:crypto';
import { parseLosslessJson } from './lossless-json.js';

/**
 * Reads Meta's `signed_request` (`<base64url signature>.<base64url JSON>`, HMAC-SHA256 over the encoded JSON).
 * https://developers.facebook.com/docs/games/gamesonfacebook/login#parsingsr
 *
 * @param secrets any of them may have signed
 * @returns the JSON, or null when it is not signed by one of them, or is none
 */
export function readSignedRequest(
  signedRequest: string,
  secrets: readonly string[],
): Record<string, unknown> | null {
  const [signature, payload, ...rest] = signedRequest.split('.');
  if (!signature || !payload || rest.length > 0) return null;
  const given = Buffer.from(signature, 'base64url');
  const signed = secrets.some((secret) => {
    if (secret === '') return false;
    const digest = createHmac('sha256', secret).update(payload).digest();
    return given.length === digest.length && timingSafeEqual(given, digest);
  });
  if (!signed) return null;
  try {
    const value = parseLosslessJson(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** As Meta would sign it. */
export function signRequest(payload: object, secret: string): string {
  const encoded = Buffer.from(JSON.stringify(payload)).toString('base64url');
  return `${createHmac('sha256', secret).update(encoded).digest('base64url')}.${encoded}`;
}
