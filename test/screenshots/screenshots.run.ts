import { execFile } from 'node:child_process';
import { copyFile, mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { messageWebhook } from '../../src/instagram/webhook-samples.js';
import { describeInBrowser } from '../support/browser/chromium.js';
import { ADMIN_TOKEN, Dashboard } from '../support/browser/dashboard.js';
import type { DashboardPage } from '../support/browser/dashboard-page.js';
import { playScene, SHOP, type Shown } from '../support/browser/scene.js';
import { views, type View } from '../support/browser/views.js';

const DOCS = 'docs/screenshots';
const devices = { desk: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };
/** Twice what the slowest machine here took. */
const DEADLINE_MS = 600_000;
/** What an open chart or a fading toast needs to come to rest. */
const REST_MS = 700;

/** Pictures of the documentation; all others are only to be looked at. */
const documented: Record<string, string> = {
  'overview-light-desk': 'overview-light',
  'overview-dark-desk': 'overview-dark',
  'job-light-desk': 'job-light',
  'dead-letters-light-phone': 'dead-letters-light-phone',
  'webhook-light-desk': 'webhook-light',
  'automations-light-desk': 'automations-light',
  'automation-light-desk': 'automation-light',
  'automation-dark-phone': 'automation-dark-phone',
  'accounts-dark-desk': 'accounts-dark',
  'conversation-light-desk': 'conversation-light',
  'simulator-light-desk': 'simulator-light',
  'simulator-dark-phone': 'simulator-dark-phone',
  'audit-log-light-desk': 'audit-log-light',
  'sign-in-light-desk': 'sign-in-light',
};

/** Every page in light and dark, at the desk and on a phone, into `.test-results/screenshots`, and some into the docs. */
describeInBrowser('screenshots', () => {
  let dashboard: Dashboard;
  let shown: Shown;

  beforeAll(async () => {
    dashboard = await Dashboard.start({ QUEUE_BACKOFF_MS: '5' });
    shown = await playScene(dashboard);
  }, DEADLINE_MS);

  afterAll(() => dashboard?.close());

  const taken = new Set<string>();

  async function take(dash: DashboardPage, name: string): Promise<void> {
    taken.add(name);
    await dash.page.waitForTimeout(REST_MS);
    const file = await dash.screenshot(name);
    if (documented[name] !== undefined) await publish(file, documented[name]);
  }

  it.each(Object.keys(devices) as (keyof typeof devices)[])(
    'on the %s',
    async (device) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        const dash = await dashboard.open({ colorScheme, viewport: devices[device] });
        await dash.goto('/');
        await dash.page.getByLabel('Token').waitFor();
        await take(dash, `sign-in-${colorScheme}-${device}`);
        await dash.signInByCookie(ADMIN_TOKEN);
        await dash.goto('/nothing-here');
        for (const { name, path, ready } of overviewLast(views(shown))) {
          await dash.navigate(path);
          await ready(dash.page).waitFor();
          if (name === 'overview') await watchTraffic(dashboard, dash);
          if (name === 'webhook') await dryRun(dash);
          await take(dash, `${name}-${colorScheme}-${device}`);
        }
        dash.expectNoComplaints();
        await dash.close();
      }
      expect([...taken].filter((name) => name.endsWith(device))).toHaveLength(2 * (views(shown).length + 1));
    },
    DEADLINE_MS,
  );
});

/** The events that it is shown with would fill the lists. */
const overviewLast = (all: View[]): View[] =>
  all.toSorted((a, b) => Number(a.name === 'overview') - Number(b.name === 'overview'));

/** Some seconds of events coming in, for the live chart to have a line. */
async function watchTraffic(dashboard: Dashboard, { page }: DashboardPage): Promise<void> {
  await page.getByText('Live', { exact: true }).waitFor();
  for (let second = 0; second < 8; second += 1) {
    const many = 12 + 8 * (second % 3);
    await Promise.all(
      Array.from({ length: many }, (_, index) => {
        const person = String(2_978_000_001_000_000 + index);
        return dashboard.webhook(messageWebhook({ account: SHOP, person, text: 'Hello' }));
      }),
    );
    await page.waitForTimeout(900);
  }
}

async function dryRun({ page }: DashboardPage): Promise<void> {
  await page.getByRole('button', { name: 'Dry run' }).click();
  await page.getByText('matches and is chosen').first().waitFor();
}

/** With as few colours as it needs, where Debian's package pngquant is installed: a third of the size. */
async function publish(file: string, name: string): Promise<void> {
  await mkdir(DOCS, { recursive: true });
  const target = `${DOCS}/${name}.png`;
  try {
    await promisify(execFile)('pngquant', ['--force', '--strip', '--output', target, '128', file]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    process.stderr.write('pngquant is missing: the pictures stay larger than they need be\n');
    await copyFile(file, target);
  }
}
