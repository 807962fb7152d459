import { Injectable } from '@nestjs/common';
import type { DryRun } from '../../automation/replay/dry-run.types.js';
import type { ExplainedRule } from '../../automation/replay/rule-explainer.service.js';
import type { DeliveredEvent } from '../../webhooks/conversation-deliveries.js';
import type { SimulatedEvent } from './simulator.validation.js';

/** Something that was done as a customer, and what was expected of it. */
export interface SimulatedDelivery extends DeliveredEvent {
  id: string;
  input: SimulatedEvent;
  /** ms since the epoch. */
  sentAt: number;
  /** What today's automations would do, told before it was sent. */
  dryRun: DryRun;
  rules: ExplainedRule[];
  /** How the webhook was answered. */
  status: number;
  answeredInMs: number;
}

export interface SimulatedPerson {
  person: string;
  username: string;
  name: string;
}

const MOST_OF_A_PERSON = 200;
const MOST_PEOPLE = 500;

const SOMEBODY: SimulatedPerson[] = [
  { person: '2978000000000101', username: 'mia.sews', name: 'Mia Keller' },
  { person: '2978000000000102', username: 'jo_reads', name: 'Jo Adeyemi' },
  { person: '2978000000000103', username: 'kenji.run', name: 'Kenji Mori' },
];

/** What the simulator did since the server started: like the stand-in, it forgets with the process. */
@Injectable()
export class SimulatorLog {
  private readonly deliveries = new Map<string, SimulatedDelivery[]>();
  private readonly people = new Map(SOMEBODY.map((each) => [each.person, each]));
  private readonly clearedAt = new Map<string, number>();

  add(delivery: SimulatedDelivery): void {
    const { account, person, username, name } = delivery.input;
    const key = `${account}:${person}`;
    const own = this.deliveries.get(key) ?? [];
    if (own.push(delivery) > MOST_OF_A_PERSON) own.shift();
    this.deliveries.set(key, own);
    const known = this.people.get(person);
    const usernameNow = username ?? known?.username ?? `person_${person.slice(-6)}`;
    this.people.set(person, { person, username: usernameNow, name: name ?? known?.name ?? usernameNow });
    this.forgetOldest();
  }

  /** The oldest first. */
  of(account: string, person: string): readonly SimulatedDelivery[] {
    return this.deliveries.get(`${account}:${person}`) ?? [];
  }

  listPeople(): SimulatedPerson[] {
    return [...this.people.values()];
  }

  find(person: string): SimulatedPerson | undefined {
    return this.people.get(person);
  }

  clear(account: string, person: string, nowMs: number): void {
    this.deliveries.delete(`${account}:${person}`);
    this.clearedAt.set(`${account}:${person}`, nowMs);
  }

  /** ms since the epoch; what was before is not shown. */
  beganAt(account: string, person: string): number {
    return this.clearedAt.get(`${account}:${person}`) ?? 0;
  }

  private forgetOldest(): void {
    for (const map of [this.deliveries, this.people]) {
      if (map.size <= MOST_PEOPLE) continue;
      for (const oldest of map.keys()) {
        map.delete(oldest);
        break;
      }
    }
  }
}
