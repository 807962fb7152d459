import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { storeErrors } from '../store.errors.js';
import type { Credentials } from './credentials.js';

/** SCRAM-SHA-256 as MongoDB speaks it: RFC 5802 and RFC 7677. */
export const MECHANISM = 'SCRAM-SHA-256';
/** MongoDB's default for SHA-256. */
const ITERATIONS = 15_000;
const KEY_BYTES = 32;
const SALT_BYTES = 28;
const NONCE_BYTES = 24;

/** What a server keeps of a password: enough to check a proof, not enough to make one. */
export interface ScramSecret {
  readonly user: string;
  readonly salt: Buffer;
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
}

export async function deriveSecret({ user, password }: Credentials): Promise<ScramSecret> {
  const salt = randomBytes(SALT_BYTES);
  const salted = await promisify(pbkdf2)(password, salt, ITERATIONS, KEY_BYTES, 'sha256');
  return {
    user,
    salt,
    storedKey: createHash('sha256').update(hmac(salted, 'Client Key')).digest(),
    serverKey: hmac(salted, 'Server Key'),
  };
}

/** One conversation: the client's first message, then its proof. */
export class ScramConversation {
  private readonly nonce: string;
  private readonly clientFirst: string;
  readonly serverFirst: string;

  /** @throws StoreError AuthenticationFailed (18). */
  constructor(
    private readonly secret: ScramSecret,
    message: string,
  ) {
    const match = /^[ny],[^,]*,(n=([^,]*),r=([^,]+).*)$/.exec(message);
    if (!match) throw failed();
    const [, bare = '', user, nonce = ''] = match;
    if (user !== secret.user) throw failed();
    this.clientFirst = bare;
    this.nonce = nonce + randomBytes(NONCE_BYTES).toString('base64');
    this.serverFirst = `r=${this.nonce},s=${secret.salt.toString('base64')},i=${ITERATIONS}`;
  }

  /** Checks the client's proof. @returns the server's own. @throws StoreError AuthenticationFailed (18). */
  finish(message: string): string {
    const match = /^(c=[^,]*,r=([^,]*)),p=(.*)$/.exec(message);
    if (!match || match[2] !== this.nonce) throw failed();
    const transcript = `${this.clientFirst},${this.serverFirst},${match[1]}`;
    const proof = Buffer.from(match[3] ?? '', 'base64');
    const signature = hmac(this.secret.storedKey, transcript);
    if (proof.length !== signature.length) throw failed();
    const clientKey = Buffer.from(proof.map((byte, at) => byte ^ signature[at]!));
    const storedKey = createHash('sha256').update(clientKey).digest();
    if (!timingSafeEqual(storedKey, this.secret.storedKey)) throw failed();
    return `v=${hmac(this.secret.serverKey, transcript).toString('base64')}`;
  }
}

function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function failed(): Error {
  return storeErrors.AuthenticationFailed('Authentication failed.');
}
