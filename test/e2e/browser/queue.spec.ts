import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { commentWebhook, messageWebhook } from '../../../src/instagram/webhook-samples.js';
import { describeInBrowser } from '../../support/browser/chromium.js';
import { ADMIN_TOKEN, Dashboard, READ_TOKEN } from '../../support/browser/dashboard.js';
import { EventStream } from '../../support/event-stream.js';

const account = '17841400000000001';

interface Jobs {
  items: { id: string; status: string }[];
}

describeInBrowser('the pages of the queue', () => {
  let dashboard: Dashboard;
  let people = 0;

  beforeAll(async () => {
    dashboard = await Dashboard.start({ QUEUE_BACKOFF_MS: '5' });
  });

  afterAll(() => dashboard?.close());

  /** Whatever a test before it left, when it failed half-way. */
  beforeEach(async () => {
    await dashboard.standIn('DELETE', 'faults');
    await dashboard.admin('POST', 'queue/resume');
  });

  /** Writes as somebody who has not written before. */
  async function say(text: string): Promise<string> {
    people += 1;
    const person = String(2_978_000_000_000_000 + people);
    await dashboard.webhook(messageWebhook({ account, person, mid: `browser-${people}`, text }));
    return person;
  }

  const jobOf = (person: string, status: string) => dashboard.jobOf(`${account}:${person}`, status);

  /** Has Instagram refuse all that is sent for good, until it is mended. */
  const breakSending = () => dashboard.refuseSends(400, 10);

  it('shows what comes in while it comes, pauses and resumes, and leaves no stream behind', async () => {
    const dash = await dashboard.openSignedIn('/');
    const { page } = dash;
    await page.getByText('Live', { exact: true }).waitFor();
    const tile = (label: string) => page.getByTestId('live-tiles').getByText(label).locator('..');
    const figure = (label: string, pattern: RegExp) => tile(label).getByText(pattern).first().waitFor();
    await figure('In, a second', /^0$/);
    const came = Promise.all(Array.from({ length: 40 }, () => say('what is the price?')));
    await figure('In, a second', /^[1-9]/);
    await figure('Out, a second', /^[1-9]/);
    await came;

    await page.getByRole('button', { name: 'Pause claiming' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Pause claiming' }).click();
    await page.getByRole('alert').getByText('Claiming is paused').waitFor();
    await say('is anybody there?');
    await figure('Backlog', /^1$/);
    await page.getByRole('button', { name: 'Resume claiming' }).click();
    await figure('Backlog', /^0$/);

    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const watcher = await EventStream.open(`${dashboard.url}/api/admin/events`, headers);
    await watcher.until(({ data }) => data['listeners'] === 2);
    dash.expectNoComplaints();
    await dash.close();
    expect(await watcher.until(({ data }) => data['listeners'] === 1)).toMatchObject({ type: 'figures' });
    watcher.close();
  });

  it('finds a dead letter, and after its cause is mended redrives it and sees it complete', async () => {
    await breakSending();
    const job = await jobOf(await say('how much is it?'), 'dead');
    const dash = await dashboard.openSignedIn('/');
    const { page } = dash;
    await page.getByRole('link', { name: /^Dead letters \d/ }).click();
    await page.getByRole('link', { name: 'graph_permission' }).click();
    await page.waitForURL(/lastError=graph_permission/);
    const rows = page.getByRole('table', { name: 'Dead jobs' });
    await rows.getByRole('link', { name: 'message' }).click();
    await page.waitForURL(`**/jobs/${job}`);
    await page.getByText('Dead: no further try').waitFor();
    await page.getByText('Try 1 failed').waitFor();

    await dashboard.standIn('DELETE', 'faults');
    await page.goBack();
    await page.getByRole('button', { name: 'Redrive all of graph_permission' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Redrive 1 job' }).click();
    await page.getByText('1 job redriven.').waitFor();
    await jobOf(String(2_978_000_000_000_000 + people), 'completed');
    await dash.goto(`/jobs/${job}`);
    await page.getByText('Completed', { exact: true }).waitFor();
    await page.getByText(/Brought back by/).waitFor();
    expect(await page.getByText('Hi ').count()).toBeGreaterThan(0);
    dash.expectNoComplaints();
    await dash.close();
  });

  it('redrives and discards those that are picked, and those that fit', async () => {
    await breakSending();
    for (const text of ['price one', 'price two', 'price three']) await jobOf(await say(text), 'dead');
    await dashboard.standIn('DELETE', 'faults');
    const dash = await dashboard.openSignedIn('/dead-letters?kind=message');
    const { page } = dash;
    const rows = page.getByRole('table', { name: 'Dead jobs' });
    await rows
      .getByRole('checkbox', { name: /Select message/ })
      .first()
      .check();
    await page.getByText('1 job selected').waitFor();
    await page.getByRole('button', { name: 'Redrive selected …' }).click();
    await page.getByRole('dialog').getByLabel('Jobs a second').fill('50');
    await page.getByRole('dialog').getByRole('button', { name: 'Redrive 1 job' }).click();
    await page.getByText('1 job redriven.').waitFor();
    await page.getByRole('button', { name: 'Discard all that fit …' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Discard 2 jobs' }).click();
    await page.getByText('No dead job fits these filters').waitFor();
    expect(((await dashboard.admin('GET', 'jobs?status=dead')) as Jobs).items).toEqual([]);
    dash.expectNoComplaints();
    await dash.close();
  });

  it('explains a delivery by a dry run, and replays it', async () => {
    await dashboard.webhook(commentWebhook({ account, person: '2978000000009001', text: 'link please' }));
    await jobOf('2978000000009001', 'completed');
    const dash = await dashboard.openSignedIn('/webhooks');
    const { page } = dash;
    await page.getByLabel('Kind of event').selectOption('comment');
    await page.waitForURL(/kind=comment/);
    await page.getByRole('table', { name: 'Deliveries' }).getByRole('link').first().click();
    await page.getByRole('link', { name: /Answered by “Link in the comments”/ }).waitFor();
    await page.getByText('App secret 1').waitFor();
    await page.getByRole('button', { name: 'Dry run' }).click();
    await page.getByText('“Link in the comments” matches and is chosen.').waitFor();
    expect(await page.getByText(/is left out: it was sent already/).count()).toBe(2);
    await page.getByRole('button', { name: 'Replay …' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Replay' }).click();
    await page.getByRole('link', { name: 'Event 1' }).waitFor();
    dash.expectNoComplaints();
    await dash.close();
  });

  it('offers nothing that writes to those who may only read', async () => {
    await breakSending();
    const job = await jobOf(await say('what does it cost?'), 'dead');
    const dash = await dashboard.openSignedIn(`/jobs/${job}`, {}, READ_TOKEN);
    await dash.page.getByText('Dead: no further try').waitFor();
    expect(await dash.page.getByRole('button', { name: /Redrive|Discard/ }).count()).toBe(0);
    await dash.goto('/');
    await dash.page.getByText('Live', { exact: true }).waitFor();
    expect(await dash.page.getByRole('button', { name: /claiming/ }).count()).toBe(0);
    await dash.close();
  });
});
