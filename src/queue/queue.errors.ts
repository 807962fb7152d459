/** A kind of job without exactly one handler: the program must not start. */
export class HandlerRegistrationError extends Error {
  override readonly name = 'HandlerRegistrationError';
  readonly code = 'queue_handlers_incomplete';
}

/** Aborts a handler whose job another worker may hold by now: whatever it did from here on could be done twice. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
  readonly code = 'lease_lost';

  /** @param givesBack whether the job goes back unspent, if nobody else has it yet; else it is left to the rescue */
  constructor(readonly givesBack: boolean) {
    super('The lease on this job was lost.');
  }
}

/** Aborts a handler that was still running when the time for a shutdown was up. */
export class ShutdownError extends Error {
  override readonly name = 'ShutdownError';
  readonly code = 'shutting_down';

  constructor() {
    super('The process is shutting down.');
  }
}
