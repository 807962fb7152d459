import { messageWebhook } from '../../../src/instagram/webhook-samples.js';
import type { Dashboard } from './dashboard.js';
import { sceneAutomations } from './scene-automations.js';

export const SHOP = '17841400000000001';
const STUDIO = '17841400000000002';
const BAKERY = '17841400000000003';

/** Customers, as the simulator takes them; it knows the first three of itself. */
const people = {
  mia: { person: '2978000000000101', username: 'mia.sews', name: 'Mia Keller' },
  jo: { person: '2978000000000102', username: 'jo_reads', name: 'Jo Adeyemi' },
  kenji: { person: '2978000000000103', username: 'kenji.run', name: 'Kenji Mori' },
  ines: { person: '2978000000000104', username: 'ines.bakes', name: 'Inês Duarte' },
  omar: { person: '2978000000000105', username: 'omar_rides', name: 'Omar Haddad' },
  lena: { person: '2978000000000106', username: 'lena.paints', name: 'Lena Ström' },
  tom: { person: '2978000000000107', username: 'tom.in.town', name: 'Tom Baker' },
};

type Who = keyof typeof people;

/** Of what there is a page of its own: what `views` opens. */
export interface Shown {
  deadJob: string;
  delivery: string;
  automation: string;
  conversation: string;
}

/** Three accounts, seven customers, answers of each kind, pauses, refusals and dead jobs, as a shop has them after a while. */
export async function playScene(dashboard: Dashboard): Promise<Shown> {
  for (const [instagramId, username] of [
    [STUDIO, 'studio_norte'],
    [BAKERY, 'corner.bakery'],
  ]) {
    await dashboard.admin('POST', 'accounts', { instagramId, username, accessToken: `IGAA-${username}` });
  }
  const made: { id: string }[] = [];
  for (const automation of sceneAutomations(SHOP, STUDIO)) {
    made.push((await dashboard.admin('POST', 'automations', automation)) as { id: string });
  }
  const deadJob = await refusals(dashboard);
  await accountsInNeed(dashboard);
  await conversations(dashboard);
  const [delivery] = await dashboard.list<{ id: string }>('webhook-logs?kind=comment');
  return {
    deadJob,
    delivery: delivery!.id,
    automation: made[0]!.id,
    conversation: `${SHOP}:${people.mia.person}`,
  };
}

async function conversations(dashboard: Dashboard): Promise<void> {
  const act = async (who: Who, event: object) => {
    await dashboard.admin('POST', 'simulator/events', { account: SHOP, ...people[who], ...event });
    await dashboard.settled();
  };
  const say = (who: Who, text: string) => act(who, { kind: 'message', text });
  await act('lena', { kind: 'comment', text: 'Beautiful! Link please 😍' });
  await say('omar', 'Do you ship to Morocco?');
  await act('omar', { kind: 'human', text: 'Hi Omar, yes: 9 EUR, about a week. Nadia' });
  await say('omar', 'Great, what does it cost in total?');
  await say('tom', 'STOP');
  await act('ines', { kind: 'story_reply', text: 'Love this colour!' });
  await say('jo', 'I would like the newsletter');
  await say('jo', 'jo at example');
  await say('jo', 'jo@example.com');
  await say('kenji', 'Can I subscribe?');
  await act('mia', { kind: 'comment', text: 'link?' });
  await say('mia', 'Hello! How much is the linen shirt?');
  await act('mia', { kind: 'quick_reply', payload: 'ORDER', title: 'Order' });
  await say('mia', 'And which size for 1.75 m?');
  await dashboard.admin('PATCH', `contacts/${SHOP}:${people.mia.person}`, {
    tags: ['vip', 'linen'],
    attributes: { city: 'Bremen', size: 'M' },
  });
}

const writes = (dashboard: Dashboard, person: string, text: string, account = SHOP) =>
  dashboard.webhook(messageWebhook({ account, person, text }));

/** Dead jobs of two errors, and a delivery with a part that makes no sense. @returns the id of a dead job */
async function refusals(dashboard: Dashboard): Promise<string> {
  await dashboard.refuseSends(400, 10);
  for (const last of [201, 202, 203]) {
    await writes(dashboard, `2978000000000${last}`, 'What is the price?');
    await dashboard.jobOf(`${SHOP}:2978000000000${last}`, 'dead');
  }
  await dashboard.standIn('DELETE', 'faults');
  await dashboard.refuseSends(500, 1);
  await writes(dashboard, '2978000000000204', 'price?');
  await dashboard.jobOf(`${SHOP}:2978000000000204`, 'dead');
  await dashboard.standIn('DELETE', 'faults');
  const item = { sender: { id: '2978000000000206' }, recipient: { id: SHOP }, message: 'not an object' };
  await dashboard.webhook({ object: 'instagram', entry: [{ id: SHOP, time: 1, messaging: [item] }] });
  return dashboard.jobOf(`${SHOP}:2978000000000203`, 'dead');
}

/** One to be connected again, one paused. */
async function accountsInNeed(dashboard: Dashboard): Promise<void> {
  await dashboard.admin('POST', 'simulator/failures', { account: STUDIO, kind: 'token_expired' });
  await writes(dashboard, '2978000000000205', 'A class on Friday?', STUDIO);
  await dashboard.until(async () => {
    const { status } = (await dashboard.admin('GET', `accounts/${STUDIO}`)) as { status: string };
    return status === 'reconnect' || undefined;
  });
  await dashboard.admin('PATCH', `accounts/${BAKERY}`, { status: 'paused' });
}
