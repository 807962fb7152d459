import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { messageWebhook } from '../../../src/instagram/webhook-samples.js';
import { describeInBrowser } from '../../support/browser/chromium.js';
import { Dashboard } from '../../support/browser/dashboard.js';
import type { DashboardPage } from '../../support/browser/dashboard-page.js';

const DEMO = '17841400000000001';

describeInBrowser('the pages of automations and accounts', () => {
  let dashboard: Dashboard;

  beforeAll(async () => {
    dashboard = await Dashboard.start();
  });

  afterAll(() => dashboard?.close());

  /** What the stand-in was sent for this person, once there is something. */
  async function sentTo(person: string): Promise<string> {
    return dashboard.until(async () => {
      const { items } = (await dashboard.standIn('GET', 'journal?after=0&limit=1000')) as {
        items: { person: string; kind: string }[];
      };
      const found = items.find((item) => item.person === person && item.kind === 'message');
      return found && JSON.stringify(found);
    });
  }

  async function finish(dash: DashboardPage): Promise<void> {
    dash.expectNoComplaints();
    await dash.close();
  }

  it('make an automation in the form, which then answers', async () => {
    const dash = await dashboard.openSignedIn('/automations/new');
    const { page } = dash;
    await page.getByLabel('Name', { exact: true }).fill('Opening hours');
    const keywords = page.getByRole('combobox', { name: 'Any of these keywords' });
    await keywords.fill('open');
    await keywords.press('Enter');
    await page.getByLabel('Text', { exact: true }).fill('We open at 9, ');
    await page.getByRole('button', { name: 'Insert a variable into Text' }).click();
    await page.getByRole('menuitem', { name: /Name of the person/ }).click();
    await page.getByRole('region', { name: 'Preview' }).getByText('We open at 9, Ada').waitFor();
    await page.getByLabel('What somebody writes').fill('are you open?');
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByText('It answers.').waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Opening hours' }).waitFor();

    const person = '2978000000000901';
    await dashboard.webhook(messageWebhook({ account: DEMO, person, text: 'Are you open today?' }));
    expect(await sentTo(person)).toContain('We open at 9, ');
    await finish(dash);
  });

  it('show what is wrong at its field while one types, and let nothing wrong be saved', async () => {
    const dash = await dashboard.openSignedIn('/automations/new');
    const { page } = dash;
    const text = page.getByLabel('Text', { exact: true });
    await text.fill('Hi {{contact.nam}}');
    const error = page.getByText(/has the unknown variable \{\{contact.nam\}\}/);
    await error.first().waitFor();
    expect(await text.getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByLabel('Name', { exact: true }).getAttribute('aria-invalid')).not.toBe('true');
    await text.fill(`${'x'.repeat(999)}é`);
    await page.getByText('must be at most 1000 bytes in UTF-8').first().waitFor();
    await page.getByText('1001 of 1000 bytes').waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('3 to mend before it can be saved').waitFor();
    expect(await page.getByLabel('Name', { exact: true }).getAttribute('aria-invalid')).toBe('true');
    await text.fill('Hi');
    await page.getByText('2 to mend before it can be saved').waitFor();
    await finish(dash);
  });

  it('put actions in another order with the keyboard', async () => {
    const dash = await dashboard.openSignedIn('/automations');
    const { page } = dash;
    await page.getByRole('link', { name: 'Price questions' }).click();
    await page.getByRole('button', { name: 'Add an action' }).click();
    await page.getByRole('menuitem', { name: 'Show typing' }).click();
    await page.getByRole('region', { name: '2. Show typing' }).waitFor();
    await page.getByRole('button', { name: 'Move 2. Show typing up' }).press('Enter');
    await page.getByRole('region', { name: '1. Show typing' }).waitFor();
    await page.getByRole('button', { name: 'Drag 1. Show typing' }).press('Space');
    await page.getByText('1. Show typing is over place 1 of 2').waitFor({ state: 'attached' });
    await page.keyboard.press('ArrowDown');
    await page.getByText('1. Show typing is over place 2 of 2').waitFor({ state: 'attached' });
    await page.keyboard.press('Space');
    await page.getByRole('region', { name: '2. Show typing' }).waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('is saved, and counts from now on').waitFor();
    const { items } = (await dashboard.admin('GET', 'automations?q=Price')) as {
      items: { actions: { type: string }[] }[];
    };
    expect(items[0]!.actions.map(({ type }) => type)).toEqual(['send_message', 'typing']);
    await finish(dash);
  });

  it('export, and import what was deleted since', async () => {
    const dash = await dashboard.openSignedIn('/automations');
    const { page } = dash;
    await page.getByRole('button', { name: 'Import, export' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'Export automations', exact: true }).click(),
    ]);
    const file = await download.path();
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ format: 'chatautodm' });

    await page.getByRole('button', { name: 'More about Order button' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete it' }).click();
    await page.getByRole('link', { name: 'Order button' }).waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Import, export' }).click();
    await page.getByRole('menuitem', { name: 'Import from a file' }).click();
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByRole('button', { name: 'Import 1' }).click();
    await page.getByRole('link', { name: 'Order button' }).waitFor();
    await finish(dash);
  });

  it('connect an account by login', async () => {
    await dashboard.admin('DELETE', `accounts/${DEMO}`);
    const dash = await dashboard.openSignedIn('/accounts');
    const { page } = dash;
    await page.getByText('No account is connected').waitFor();
    await page.getByRole('button', { name: 'Connect an account' }).click();
    const [tab] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('button', { name: 'Log in with Instagram' }).click(),
    ]);
    await tab.getByText('is connected').waitFor();
    // As its text says. Behind another tab, each click takes two seconds: a hidden page draws once a second.
    await tab.close();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText(DEMO).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Paused by you').waitFor();
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('active', { exact: true }).waitFor();
    expect(await dashboard.admin('GET', `accounts/${DEMO}`)).toMatchObject({ status: 'active' });
    await finish(dash);
  });

  /** The form with one of everything in it. */
  async function fillForm({ page }: DashboardPage): Promise<void> {
    await page.getByRole('combobox', { name: 'It fires when' }).click();
    await page.getByRole('option', { name: 'Somebody comments' }).click();
    for (const condition of ['The person has the tag …', 'The person has the attribute …']) {
      await page.getByRole('button', { name: 'Add a condition' }).click();
      await page.getByRole('menuitem', { name: condition }).click();
    }
    for (const action of [
      'Send cards',
      'Ask a question',
      'Wait',
      'Reply under the comment',
      'Call a webhook',
    ]) {
      await page.getByRole('button', { name: 'Add an action' }).click();
      await page.getByRole('menuitem', { name: action, exact: true }).click();
    }
    await page.getByRole('button', { name: 'Add a link button' }).first().click();
    await page.getByRole('switch', { name: 'Only at certain times' }).check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('to mend before it can be saved').waitFor();
  }

  it('have a form and dialogs that are accessible', async () => {
    const dash = await dashboard.openSignedIn('/automations/new');
    const { page } = dash;
    await fillForm(dash);
    await dash.expectAccessibleInLightAndDark();
    await page.getByRole('switch', { name: 'As JSON' }).check();
    await page.getByLabel('Automation as JSON').fill('{ "name": ');
    await page.getByText('This is no JSON yet').waitFor();
    await dash.expectAccessible();
    await dash.goto('/automations');
    await page.getByRole('button', { name: 'Import, export' }).click();
    await page.getByRole('menuitem', { name: 'Import from a file' }).click();
    const document = { format: 'chatautodm', version: 1, automations: [{ name: 'Wrong' }] };
    const buffer = Buffer.from(JSON.stringify(document));
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'a.json', mimeType: 'application/json', buffer });
    await page.getByText('Left out, since it is wrong').waitFor();
    await dash.expectAccessible();
    await dash.goto('/accounts');
    await page.getByRole('button', { name: 'Connect an account' }).click();
    await page.getByRole('dialog', { name: 'Connect an account' }).waitFor();
    await dash.expectAccessible();
    await finish(dash);
  });
});
