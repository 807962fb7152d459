import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeInBrowser } from '../../support/browser/chromium.js';
import { ADMIN_TOKEN, Dashboard } from '../../support/browser/dashboard.js';
import type { DashboardPage } from '../../support/browser/dashboard-page.js';
import { HOSTILE, playHostileScene } from '../../support/browser/hostile-scene.js';
import type { Shown } from '../../support/browser/scene.js';
import { views, type View } from '../../support/browser/views.js';

const DESK = { width: 1280, height: 900 };
/** Where nothing is shown that anybody wrote. */
const WITHOUT_TEXTS = new Set(['automation-new', 'not-found']);

describeInBrowser('every page', () => {
  let dashboard: Dashboard;
  let shown: Shown;

  beforeAll(async () => {
    dashboard = await Dashboard.start({ QUEUE_BACKOFF_MS: '5' });
    shown = await playHostileScene(dashboard);
  });

  afterAll(() => dashboard?.close());

  async function check(dash: DashboardPage, { name, path, ready }: View): Promise<void> {
    const { page } = dash;
    await page.setViewportSize(DESK);
    await dash.navigate(path);
    await ready(page).waitFor();
    if (!WITHOUT_TEXTS.has(name)) await page.getByText(HOSTILE).first().waitFor({ state: 'attached' });
    await dash.expectHarmless();
    await dash.expectAccessibleInLightAndDark();
    await dash.expectFitsPhone();
  }

  it('shows markup in texts as text, is accessible in light and dark, and fits a phone', async () => {
    const dash = await dashboard.openSignedIn('/nothing-here', { viewport: DESK });
    const faults: string[] = [];
    for (const view of views(shown)) {
      await check(dash, view).catch((fault: unknown) => faults.push(`${view.name}: ${String(fault)}`));
    }
    expect(faults).toEqual([]);
    dash.expectNoComplaints();
    await dash.close();
  });

  it('shows the details of markup as text too: dry run, contact, filters, dialogs', async () => {
    const dash = await dashboard.openSignedIn(`/webhooks/${shown.delivery}`, { viewport: DESK });
    const { page } = dash;
    await page.getByRole('button', { name: 'Dry run' }).click();
    await page
      .getByText(/matches/)
      .first()
      .waitFor();
    await dash.expectHarmless();
    await dash.navigate(`/jobs?error=${encodeURIComponent(HOSTILE)}`);
    await page.getByRole('link', { name: 'message' }).waitFor();
    await dash.expectHarmless();
    await dash.navigate('/automations');
    await page.getByRole('button', { name: `More about ${HOSTILE}` }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByText(`Delete “${HOSTILE}”?`).waitFor();
    await dash.expectHarmless();
    dash.expectNoComplaints();
    await dash.close();
  });

  it('is accessible on a phone, with the menu, filters and details open', async () => {
    const dash = await dashboard.openSignedIn('/dead-letters', { viewport: { width: 390, height: 844 } });
    const { page } = dash;
    await page.getByRole('table', { name: 'Dead jobs' }).waitFor();
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByRole('button', { name: 'Open the menu' }).click();
    await dash.expectAccessible();
    await page.getByRole('link', { name: 'Conversations' }).click();
    await page.getByRole('link', { name: HOSTILE }).first().click();
    await page.getByRole('button', { name: 'Details' }).click();
    await page.getByRole('complementary', { name: 'Contact' }).waitFor();
    await dash.expectAccessible();
    await dash.expectFitsPhone();
    await dash.navigate(`/automations/${shown.automation}`);
    await page.getByRole('region', { name: 'Preview' }).waitFor();
    await dash.expectAccessible();
    dash.expectNoComplaints();
    await dash.close();
  });

  it('is left behind at signing out, and lets nobody in with a wrong token', async () => {
    const dash = await dashboard.open();
    const { page } = dash;
    await dash.goto('/audit-log');
    await page.getByText('Sandbox', { exact: true }).waitFor();
    await dash.signIn('not-the-right-token');
    await page.getByText('This is not one of the tokens of this server.').waitFor();
    dash.expectComplaint(/status of 401/);
    await dash.expectAccessible();
    await page.emulateMedia({ colorScheme: 'dark' });
    await dash.expectAccessible();
    await dash.expectFitsPhone();

    await dash.signIn(ADMIN_TOKEN);
    await page.getByRole('heading', { name: 'Audit log' }).waitFor();
    await page.getByText('Sandbox', { exact: true }).waitFor();
    await page.getByText('401 wrong_token').waitFor();
    expect(await page.evaluate('document.cookie')).toBe('');
    expect(await page.title()).toContain('sandbox');
    await page.reload();
    await page.getByRole('heading', { name: 'Audit log' }).waitFor();

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    dash.expectNoComplaints();
    await dash.close();
  });

  it('is left behind when the session ends elsewhere', async () => {
    const dash = await dashboard.openSignedIn('/audit-log');
    await dash.page.getByRole('table').waitFor();
    await dash.page.context().clearCookies();
    await dash.page.getByLabel('Id').fill('17841400000000001');
    await dash.page.getByRole('button', { name: 'Sign in' }).waitFor();
    dash.expectComplaint(/status of 401/);
    dash.expectNoComplaints();
    await dash.close();
  });
});
