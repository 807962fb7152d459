import { commentWebhook, messageWebhook } from '../../../src/instagram/webhook-samples.js';
import type { Dashboard } from './dashboard.js';
import { SHOP, type Shown } from './scene.js';

/** What would run, were it taken for markup anywhere. No longer than a tag may be. */
export const HOSTILE = '<img src=x onerror=hacked=1><script>hacked=1</script>';

const RUNS_WHEN_CLICKED = 'javascript:hacked=1';
const OTHER = '17841400000000009';
const person = '2978000000000101';
const names = { username: HOSTILE, name: HOSTILE };

/** Markup wherever a stranger, an operator or Instagram itself could have put it: in each text that the dashboard shows. */
export async function playHostileScene(dashboard: Dashboard): Promise<Shown> {
  const automation = await makeAutomation(dashboard);
  const act = async (event: object) => {
    await dashboard.admin('POST', 'simulator/events', { account: SHOP, person, ...names, ...event });
    await dashboard.settled();
  };
  await act({ kind: 'message', text: HOSTILE });
  await act({ kind: 'message', text: 'answer me' });
  await act({ kind: 'comment', text: HOSTILE });
  await act({ kind: 'human', text: HOSTILE });
  await dashboard.admin('PATCH', `contacts/${SHOP}:${person}`, { pausedUntil: null, tags: [HOSTILE] });
  await deliverOddities(dashboard);
  const deadJob = await makeDeadJob(dashboard);
  await otherAccount(dashboard);
  // Refused, and written down with its target.
  await fetch(`${dashboard.url}/api/admin/automations/${encodeURIComponent(HOSTILE)}`, { method: 'DELETE' });
  await storeDirectly(dashboard);
  const [delivery] = await dashboard.list<{ id: string }>('webhook-logs?kind=comment');
  return { deadJob, delivery: delivery!.id, automation, conversation: `${SHOP}:${person}` };
}

async function makeAutomation(dashboard: Dashboard): Promise<string> {
  const { id } = (await dashboard.admin('POST', 'automations', {
    account: SHOP,
    name: HOSTILE,
    priority: 9,
    trigger: { type: 'message', match: { mode: 'contains', keywords: [HOSTILE, 'script'] } },
    actions: [
      { type: 'add_tag', tag: HOSTILE },
      { type: 'set_attribute', name: 'note', value: HOSTILE },
      {
        type: 'send_message',
        text: `${HOSTILE} {{contact.username}}`,
        buttons: [{ type: 'postback', title: '<b onclick=x>', payload: HOSTILE }],
      },
      { type: 'ask', text: HOSTILE, attribute: 'note', validate: 'text', timeoutMs: 60_000 },
    ],
  })) as { id: string };
  return id;
}

/** Attachments that are no pictures, fields that Instagram does not have, items that make no sense. */
async function deliverOddities(dashboard: Dashboard): Promise<void> {
  const attachments = [
    { type: 'image', payload: { url: RUNS_WHEN_CLICKED } },
    { type: HOSTILE, payload: { url: HOSTILE } },
  ];
  await dashboard.webhook(messageWebhook({ account: SHOP, person, text: HOSTILE, attachments }));
  const changes = [
    { field: HOSTILE, value: { [HOSTILE]: HOSTILE } },
    { field: 'comments', value: HOSTILE },
  ];
  await dashboard.webhook({ object: 'instagram', entry: [{ id: SHOP, time: 1, changes }] });
  const comment = { account: SHOP, person, text: HOSTILE, username: HOSTILE };
  await dashboard.webhook(commentWebhook({ ...comment, mediaId: HOSTILE }));
  await dashboard.settled();
}

async function makeDeadJob(dashboard: Dashboard): Promise<string> {
  await dashboard.refuseSends(400, 10);
  const other = '2978000000000102';
  await dashboard.webhook(messageWebhook({ account: SHOP, person: other, text: HOSTILE }));
  const job = await dashboard.jobOf(`${SHOP}:${other}`, 'dead');
  await dashboard.standIn('DELETE', 'faults');
  return job;
}

/** Paused, so that the overview names it. */
async function otherAccount(dashboard: Dashboard): Promise<void> {
  await dashboard.admin('POST', 'accounts', { instagramId: OTHER, username: 'other', accessToken: 'IGAA-o' });
  await dashboard.admin('PATCH', `accounts/${OTHER}`, { status: 'paused' });
  await dashboard.webhook(messageWebhook({ account: OTHER, person, text: HOSTILE }));
}

/** What the routes refuse, or what only the server writes; a store is shared, and older versions may have been laxer. */
const storeDirectly = (dashboard: Dashboard) =>
  dashboard.withStore(async (database) => {
    await database.collection('accounts').updateMany({}, { $set: { username: HOSTILE } });
    await database
      .collection('jobs')
      .updateMany({ status: 'dead' }, { $set: { 'errors.0.message': HOSTILE, 'errors.0.worker': HOSTILE } });
    await database.collection('audit_log').updateMany({}, { $set: { target: HOSTILE, fields: [HOSTILE] } });
  });
