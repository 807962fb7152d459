/** The job goes on at `until`, from the action that threw this; no attempt is spent. */
export class SuspendedError extends Error {
  override readonly name = 'SuspendedError';
  readonly code = 'suspended';

  constructor(
    readonly until: Date,
    readonly reason: string,
  ) {
    super(`Goes on at ${until.toISOString()}: ${reason}.`);
  }
}
