/** The server that `call_webhook` named did not take it. */
export class WebhookCallError extends Error {
  override readonly name = 'WebhookCallError';
  readonly code = 'webhook_failed';
  readonly delivery = 'refused';

  constructor(readonly status: number) {
    super(`The webhook was answered with HTTP ${status}.`);
  }
}
