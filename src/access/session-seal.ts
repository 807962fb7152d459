import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SecurityConfig } from '../config/app-config.js';
import { AdminTokens, type AdminToken } from './admin-tokens.js';

export interface Session {
  id: string;
  expiresAt: Date;
  token: AdminToken;
}

const FORM = /^([0-9a-f]{32})\.(\d{13})\.([\w-]{43})$/;
const KEY_BYTES = 32;

/**
 * Sessions as text that only this server can have written: `<id>.<expiry in ms>.<HMAC-SHA256>`. The key comes of the
 * encryption key and of the token that was signed in with, so any process with the same configuration reads them, and none
 * is left of a token that was taken out of it.
 */
@Injectable()
export class SessionSeal {
  private readonly keys: readonly { token: AdminToken; key: Buffer }[];

  constructor(tokens: AdminTokens, { encryptionKeys }: SecurityConfig) {
    this.keys = encryptionKeys.flatMap((encryptionKey) =>
      tokens.all.map((token) => ({ token, key: derive(encryptionKey, token.digest) })),
    );
  }

  seal(token: AdminToken, expiresAt: Date): string {
    const content = `${randomBytes(16).toString('hex')}.${expiresAt.getTime()}`;
    // The first encryption key seals; those behind it are older ones, and still open.
    const { key } = this.keys.find((candidate) => candidate.token === token)!;
    return `${content}.${mac(content, key).toString('base64url')}`;
  }

  /** Undefined when no key of this server sealed it. Whether it has expired is the caller's question. */
  open(sealed: string): Session | undefined {
    const [, id, expiry, signature] = FORM.exec(sealed) ?? [];
    if (signature === undefined) return undefined;
    const given = Buffer.from(signature, 'base64url');
    const found = this.keys.find(({ key }) => timingSafeEqual(mac(`${id}.${expiry}`, key), given));
    return found && { id: id!, expiresAt: new Date(Number(expiry)), token: found.token };
  }
}

const derive = (encryptionKey: string, digest: Buffer): Buffer =>
  Buffer.from(hkdfSync('sha256', Buffer.from(encryptionKey, 'hex'), digest, 'admin session', KEY_BYTES));

const mac = (content: string, key: Buffer): Buffer => createHmac('sha256', key).update(content).digest();
