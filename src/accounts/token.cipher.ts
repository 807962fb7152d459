import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SecurityConfig } from '../config/app-config.js';
import { TokenCipherError } from './accounts.errors.js';

/** An access token at rest: all base64url but for the key's id. */
export interface SealedToken {
  /** Which key sealed it, so that keys can be rotated. */
  keyId: string;
  iv: string;
  ciphertext: string;
  tag: string;
}

interface Key {
  id: string;
  bytes: Buffer;
}

const ALGORITHM = 'aes-256-gcm';
/** The length that GCM is specified for (NIST SP 800-38D, 5.2.1.1). */
const IV_BYTES = 12;

/**
 * Encrypts access tokens with AES-256-GCM. The account's id is authenticated with each, so that a token copied to
 * another account's row does not open there. The first key seals; all keys open.
 */
@Injectable()
export class TokenCipher {
  private readonly keys: Key[];

  constructor(config: SecurityConfig) {
    this.keys = config.encryptionKeys.map((hex) => {
      const bytes = Buffer.from(hex, 'hex');
      return { bytes, id: createHash('sha256').update(bytes).digest('hex').slice(0, 8) };
    });
  }

  seal(token: string, instagramId: string): SealedToken {
    const key = this.keys[0]!;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, key.bytes, iv).setAAD(Buffer.from(instagramId));
    const ciphertext = Buffer.concat([cipher.update(token, 'utf8'), cipher.final()]);
    return {
      keyId: key.id,
      iv: iv.toString('base64url'),
      ciphertext: ciphertext.toString('base64url'),
      tag: cipher.getAuthTag().toString('base64url'),
    };
  }

  /** @throws {TokenCipherError} the key is not configured any more, or the row was tampered with */
  open(sealed: SealedToken, instagramId: string): string {
    const key = this.keys.find(({ id }) => id === sealed.keyId);
    if (!key) throw new TokenCipherError(`The key ${sealed.keyId} is not among ENCRYPTION_KEY.`);
    try {
      const iv = Buffer.from(sealed.iv, 'base64url');
      const decipher = createDecipheriv(ALGORITHM, key.bytes, iv, { authTagLength: 16 })
        .setAAD(Buffer.from(instagramId))
        .setAuthTag(Buffer.from(sealed.tag, 'base64url'));
      return decipher.update(sealed.ciphertext, 'base64url', 'utf8') + decipher.final('utf8');
    } catch (cause) {
      throw new TokenCipherError('The stored token does not open: it was altered or belongs elsewhere.', {
        cause,
      });
    }
  }
}
