import { messageWebhook } from '../../../src/instagram/webhook-samples.js';
import type { SeededRandom } from './seeded-random.js';

/** What a run consists of. Everything that is left to chance follows from the seed. */
export interface ChaosOptions {
  seed: number;
  events: number;
  servers: number;
  /** A process of its own, or served by whichever of the servers was elected. */
  store: 'own process' | 'in the servers';
  /** Conversations whose events are being posted at the same time. */
  senders: number;
  /** How long a sender waits between two events, on average. */
  paceMs: number;
  killEveryMs: number;
  storeKills: number;
  /** Don't wait until it is time to count the jobs again, but let that be now. */
  countAtOnce: boolean;
  leaseMs: number;
  /** How long the stand-in for Instagram takes to answer. */
  latencyMs: number;
}

/** What goes wrong at Instagram for a conversation, once (`lost`: for good). */
export type Mishap = 'answer lost' | 'refused for a moment' | 'refused for good';

/** Events of one person to one account, by their numbers, in the order in which they are posted. */
export interface ChaosConversation {
  account: string;
  person: string;
  events: number[];
  mishap: Mishap | undefined;
}

const ACCOUNTS = 20;
const LONGEST = 9;
const MISHAPS: readonly Mishap[] = ['answer lost', 'refused for a moment', 'refused for good'];
const MISHAP_CHANCE = 0.1;
const FIRST_ACCOUNT = 17_841_400_000_000_000n;
const FIRST_PERSON = 2_978_000_000_000_000n;

export function planConversations(events: number, random: SeededRandom): ChaosConversation[] {
  const conversations: ChaosConversation[] = [];
  for (let planned = 0; planned < events;) {
    const length = Math.min(1 + random.below(LONGEST), events - planned);
    conversations.push({
      account: accountId(random.below(ACCOUNTS)),
      person: String(FIRST_PERSON + BigInt(conversations.length)),
      events: Array.from({ length }, (_, n) => planned + n),
      mishap: random.chance(MISHAP_CHANCE) ? random.pick(MISHAPS) : undefined,
    });
    planned += length;
  }
  return conversations;
}

export const accountIds = (): string[] => Array.from({ length: ACCOUNTS }, (_, n) => accountId(n));

/** The body of an event: the same bytes each time that it is posted. */
export const bodyOf = ({ account, person }: ChaosConversation, event: number, startedAt: number): string =>
  JSON.stringify(
    messageWebhook({ account, person, mid: midOf(event), text: `#${event}`, timestamp: startedAt + event }),
  );

/** The job of an event has this key. */
export const dedupKeyOf = ({ account }: ChaosConversation, event: number): string =>
  `${account}:message:${midOf(event)}`;

/** What every account answers: the text of the event, and so its number. */
export const automationOf = (account: string): object => ({
  account,
  name: 'Echo',
  trigger: { type: 'message', match: { mode: 'any' } },
  actions: [{ type: 'send_message', text: 'Re: {{event.text}}' }],
});

export const eventIn = (answer: string): number => Number(/#(\d+)$/.exec(answer)?.[1]);

const accountId = (n: number) => String(FIRST_ACCOUNT + BigInt(n));

const midOf = (event: number) => `chaos-${event}`;
