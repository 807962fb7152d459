/**
 * A body that should be JSON is not. It has no `cause`: the engine's own message quotes the text, which may hold what
 * people wrote to each other.
 */
export class MalformedJsonError extends Error {
  override readonly name = 'MalformedJsonError';
  readonly code = 'malformed_json';

  constructor() {
    super('The text is not valid JSON');
  }
}
