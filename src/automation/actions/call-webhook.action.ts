import { createHmac } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../database/clock.js';
import type { CallWebhookAction as CallWebhook } from '../automation.types.js';
import { ContactRepository } from '../contacts/contact.repository.js';
import { ForbiddenAddressError } from '../outbound/outbound.errors.js';
import { OutboundClient } from '../outbound/outbound.client.js';
import { OutboxService, sendId } from '../outbox/outbox.service.js';
import type { ActionContext, ActionResult, ActionRunner } from './action-context.js';
import { sendOf } from './message.sender.js';
import { WebhookCallError } from './webhook-call.errors.js';

/**
 * Tells another server of the event and the person. That server may be told twice (its answer may get lost), with the same
 * `id` both times. When it fails to the last, the actions behind it run all the same: the person waits for them.
 */
@Injectable()
export class CallWebhookAction implements ActionRunner<CallWebhook> {
  readonly types = ['call_webhook'];
  private readonly logger = new Logger('Automation');

  constructor(
    private readonly outbox: OutboxService,
    private readonly outbound: OutboundClient,
    private readonly contacts: ContactRepository,
    private readonly clock: Clock,
  ) {}

  async run(action: CallWebhook, context: ActionContext): Promise<ActionResult> {
    const send = sendOf('call_webhook', context);
    const { job, automation, event } = context;
    try {
      await this.outbox.deliver(send, () => this.call(action, sendId(send), context));
      return { type: 'done' };
    } catch (error) {
      if (job.signal.aborted) throw error;
      const permanent = error instanceof ForbiddenAddressError || isPermanent(error);
      if (!permanent && job.attempt < job.maxAttempts) throw error;
      this.logger.warn({ msg: 'webhook failed', account: event.account, automation, error });
      return { type: 'skipped', reason: 'webhook_failed' };
    }
  }

  private async call({ url, secret }: CallWebhook, id: string, context: ActionContext): Promise<void> {
    const { event, automation, job } = context;
    const contact = await this.contacts.find(event.account, event.person);
    const { username, name, tags = [], attributes = {} } = contact ?? {};
    const sentAt = this.clock.date().toISOString();
    const person = { id: event.person, username, name, tags, attributes };
    const body = JSON.stringify({ id, sentAt, automation, account: event.account, event, contact: person });
    const signature = secret && `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    const headers = {
      'x-chatautodm-delivery': id,
      ...(signature && { 'x-chatautodm-signature-256': signature }),
    };
    const status = await this.outbound.post(url, body, headers, job.signal);
    if (status < 200 || status > 299) throw new WebhookCallError(status);
  }
}

/** The server understood, and refused: it would do so again. */
const isPermanent = (error: unknown): boolean =>
  error instanceof WebhookCallError && error.status >= 300 && error.status < 500 && error.status !== 429;
