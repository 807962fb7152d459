import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeInBrowser } from '../../support/browser/chromium.js';
import { ADMIN_TOKEN, Dashboard, READ_TOKEN } from '../../support/browser/dashboard.js';

describeInBrowser('signing in to the dashboard', () => {
  let dashboard: Dashboard;

  beforeAll(async () => {
    dashboard = await Dashboard.start();
  });

  afterAll(() => dashboard?.close());

  it('takes the right token and no other, and ends at signing out', async () => {
    const dash = await dashboard.open();
    const { page } = dash;
    await dash.goto('/audit-log');
    await page.getByText('Sandbox', { exact: true }).waitFor();
    await dash.signIn('not-the-right-token');
    await page.getByText('This is not one of the tokens of this server.').waitFor();
    dash.expectComplaint(/status of 401/);
    await dash.expectAccessible();

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

  it.each(['light', 'dark'] as const)(
    'is accessible in %s, at the desk and on a phone',
    async (colorScheme) => {
      const dash = await dashboard.open({ colorScheme });
      await dash.goto('/');
      await dash.page.getByLabel('Token').waitFor();
      await dash.expectAccessible();
      await dash.screenshot(`sign-in-${colorScheme}`);
      await dash.signIn(READ_TOKEN);
      await dash.page.getByRole('navigation', { name: 'Pages' }).waitFor();
      await dash.goto('/audit-log');
      await dash.page.getByRole('table').waitFor();
      await dash.expectAccessible();
      await dash.screenshot(`audit-log-${colorScheme}`);
      await dash.page.setViewportSize({ width: 390, height: 800 });
      await dash.page.getByRole('button', { name: 'Open the menu' }).click();
      await dash.expectAccessible();
      await dash.screenshot(`audit-log-${colorScheme}-phone`);
      dash.expectNoComplaints();
      await dash.close();
    },
  );

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
