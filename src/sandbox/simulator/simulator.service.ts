import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ContactRepository } from '../../automation/contacts/contact.repository.js';
import { SandboxServer } from '../../instagram/sandbox/sandbox-server.js';
import { ConversationDeliveries, type DeliveredEvent } from '../../webhooks/conversation-deliveries.js';
import { OwnEndpoint } from './own-endpoint.js';
import { Predictions } from './predictions.js';
import { webhookOf } from './simulated-webhook.js';
import { SimulatorLog, type SimulatedDelivery } from './simulator.log.js';
import type { SimulatedEvent } from './simulator.validation.js';

/** What opens the 24-hour window at Instagram. */
const opening: ReadonlySet<SimulatedEvent['kind']> = new Set([
  'message',
  'story_reply',
  'story_mention',
  'postback',
  'quick_reply',
]);

/** Does what a customer does on Instagram: the stand-in learns of it, and the server gets a signed webhook. */
@Injectable()
export class SimulatorService {
  constructor(
    private readonly standIn: SandboxServer,
    private readonly endpoint: OwnEndpoint,
    private readonly deliveries: ConversationDeliveries,
    private readonly predictions: Predictions,
    private readonly log: SimulatorLog,
  ) {}

  async send(input: SimulatedEvent): Promise<SimulatedDelivery> {
    const sentAt = Date.now();
    const named = this.named(input);
    const envelope = webhookOf(named, sentAt);
    const body = JSON.stringify(envelope);
    const [delivered] = this.deliveries.eventsOf(JSON.parse(body), sentAt);
    const expected = await this.predictions.of(delivered!);
    this.tellStandIn(named, delivered!, sentAt);
    const { status, ms } = await this.endpoint.post(body);
    const delivery = { ...delivered!, ...expected, id: randomUUID(), input: named, sentAt, status };
    this.log.add({ ...delivery, answeredInMs: ms });
    return { ...delivery, answeredInMs: ms };
  }

  /** A comment's webhook carries the username; of those who write, the stand-in is asked for it. */
  private named(input: SimulatedEvent): SimulatedEvent {
    const known = this.log.find(input.person);
    const username = input.username ?? known?.username;
    const name = input.name ?? known?.name;
    return { ...input, ...(username !== undefined && { username }), ...(name !== undefined && { name }) };
  }

  private tellStandIn(input: SimulatedEvent, { event }: DeliveredEvent, at: number): void {
    const { account, person, username, name, follows } = input;
    const { control } = this.standIn;
    if (event.kind === 'comment' || event.kind === 'live_comment') {
      const { commentId: id, text, mediaId, parentId } = event;
      const live = event.kind === 'live_comment';
      control.recordComment({
        id,
        account,
        person,
        text,
        username,
        mediaId,
        parentId,
        live,
        liveEnded: false,
        at,
      });
    }
    if (!opening.has(input.kind) && follows === undefined) return;
    const mid = 'mid' in event ? event.mid : undefined;
    const text = 'text' in event ? event.text : undefined;
    control.recordInbound({ account, person, text, mid, name, username, follows, at });
  }
}

/** Begins a conversation anew. */
@Injectable()
export class SimulatorReset {
  constructor(
    private readonly standIn: SandboxServer,
    private readonly contacts: ContactRepository,
    private readonly log: SimulatorLog,
  ) {}

  /** As if the person had never written: what the account knows of the person, and what Instagram does. */
  async forget(account: string, person: string): Promise<void> {
    await this.contacts.erase({ account, person });
    this.standIn.state.accounts.get(account)?.people.delete(person);
    this.log.clear(account, person, Date.now());
  }
}
