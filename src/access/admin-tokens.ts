import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AccessConfig } from '../config/app-config.js';
import { tokenDigest } from '../http/bearer-token.js';
import type { Role } from '../http/caller.js';

export interface AdminToken {
  role: Role;
  /** SHA-256 of the token. */
  digest: Buffer;
  /** The beginning of the digest, to tell tokens apart in the audit log. */
  fingerprint: string;
}

const FINGERPRINT_DIGITS = 8;

/** The tokens that the configuration names. */
@Injectable()
export class AdminTokens {
  readonly all: readonly AdminToken[];

  constructor({ adminToken, readTokens }: AccessConfig) {
    this.all = [known('admin', adminToken), ...readTokens.map((token) => known('reader', token))];
  }

  /** Compares with each of them, whichever fits, and digests instead of tokens: the time taken tells nothing. */
  find(token: string): AdminToken | undefined {
    const digest = tokenDigest(token);
    let found: AdminToken | undefined;
    for (const candidate of this.all) if (timingSafeEqual(candidate.digest, digest)) found = candidate;
    return found;
  }
}

function known(role: Role, token: string): AdminToken {
  const digest = tokenDigest(token);
  return { role, digest, fingerprint: digest.toString('hex').slice(0, FINGERPRINT_DIGITS) };
}
