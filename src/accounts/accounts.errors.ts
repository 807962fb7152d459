/** A stored access token can't be read. Never carries the token. */
export class TokenCipherError extends Error {
  override readonly name = 'TokenCipherError';
  readonly code = 'token_unreadable';
}
