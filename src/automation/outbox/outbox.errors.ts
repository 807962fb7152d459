/** Another run of the same job is sending this message at the moment: the job is tried again later. */
export class MessageTakenOverError extends Error {
  override readonly name = 'MessageTakenOverError';
  readonly code = 'message_taken_over';

  constructor(id: string) {
    super(`Another run has taken over the message ${id}.`);
  }
}
