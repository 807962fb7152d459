import { createHash, timingSafeEqual } from 'node:crypto';

/** The token in `Authorization: Bearer <token>`; undefined where there is none. */
export const bearerTokenOf = (header: string | undefined): string | undefined =>
  /^Bearer (\S+)$/i.exec(header ?? '')?.[1];

/** Of one length whatever the token's, so that comparing them in constant time tells nothing of it. */
export const tokenDigest = (token: string): Buffer => createHash('sha256').update(token).digest();

export const isSameToken = (one: string, other: string): boolean =>
  timingSafeEqual(tokenDigest(one), tokenDigest(other));
