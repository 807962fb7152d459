import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import axe, { type AxeResults } from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';

const SCREENSHOTS = '.test-results/screenshots';
/** On a busy machine a page that is built when it is first opened takes its time. */
const TIMEOUT_MS = 15_000;

/** As text, since the tests' types know no document. A spinner never ends. */
const TRANSITIONS_DONE = `Promise.all(
  document.getAnimations()
    .filter(({ effect }) => effect.getComputedTiming().iterations !== Infinity)
    .map(({ finished }) => finished.catch(() => undefined)),
)`;

/** How many pixels are cut off at the right, once the page has settled in its width: 0, or what is left after 5 s. */
const OVERFLOW = `new Promise((done) => {
  const overflow = () => document.documentElement.scrollWidth - innerWidth;
  const settle = () => (overflow() <= 0 ? done(0) : requestAnimationFrame(settle));
  settle();
  setTimeout(() => done(overflow()), 5000);
})`;

/** A page of the dashboard that keeps what the browser complains of. */
export class DashboardPage {
  private readonly complaints: string[] = [];

  private constructor(
    /** Playwright's own page, for all that is not here. */
    readonly page: Page,
    url: string,
  ) {
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('request', (request) => {
      if (!request.url().startsWith(url)) this.complaints.push(`a request elsewhere: ${request.url()}`);
    });
  }

  static async open(context: BrowserContext, url: string): Promise<DashboardPage> {
    context.setDefaultTimeout(TIMEOUT_MS);
    return new DashboardPage(await context.newPage(), url);
  }

  async goto(path: string): Promise<void> {
    await this.page.goto(path);
  }

  /** As a person does it. */
  async signIn(token: string): Promise<void> {
    await this.page.getByLabel('Token').fill(token);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }

  /** Without the form, for tests of something else. */
  async signInByCookie(token: string): Promise<void> {
    const answer = await this.page.request.post('/api/admin/session', { data: { token } });
    expect(answer.status()).toBe(200);
  }

  /** Takes from the complaints those that the test has caused on purpose, for example `/status of 401/`. */
  expectComplaint(pattern: RegExp): void {
    const index = this.complaints.findIndex((complaint) => pattern.test(complaint));
    if (index === -1) throw new Error(`no complaint like ${pattern} in:\n${this.complaints.join('\n')}`);
    this.complaints.splice(index, 1);
  }

  /** Holds when the console is silent (its policy included), no script failed, and nothing was asked of another server. */
  expectNoComplaints(): void {
    expect(this.complaints).toEqual([]);
  }

  /** Holds when axe finds no fault in what is shown now. */
  async expectAccessible(): Promise<void> {
    // Half-faded text has too little contrast.
    await this.page.evaluate(TRANSITIONS_DONE);
    // Evaluated and not added as a script: the page's policy would refuse it.
    await this.page.evaluate(axe.source);
    const { violations } = await this.page.evaluate<AxeResults>('axe.run()');
    const faults = violations.map(
      ({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map(({ html }) => html).join('\n  ')}`,
    );
    expect(faults).toEqual([]);
  }

  /** Switches the colours, and checks both. */
  async expectAccessibleInLightAndDark(): Promise<void> {
    await this.expectAccessible();
    await this.page.getByRole('button', { name: /Switch to (?:light|dark) colours/ }).click();
    await this.expectAccessible();
  }

  /** Holds when nothing has to be scrolled to the right on a phone; the page stays as narrow as that. */
  async expectFitsPhone(): Promise<void> {
    await this.page.setViewportSize({ width: 390, height: 844 });
    expect(await this.page.evaluate(OVERFLOW)).toBe(0);
  }

  /** Into `.test-results/screenshots/<name>.png`, to be looked at. */
  async screenshot(name: string): Promise<void> {
    await mkdir(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
