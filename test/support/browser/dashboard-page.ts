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

/** What `HOSTILE` of the hostile scene would have left behind. */
const CAME_ALIVE = `[
  ...('hacked' in window ? ['a script has run'] : []),
  ...[...document.querySelectorAll('img[src=x], #root script, [onerror], [onclick], a[href^="javascript:" i]')]
    .map((element) => element.outerHTML),
]`;

/** What depends on the colours; the other rules judge the same whichever are shown. */
const COLOUR_RULES = { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } };

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

  /** Within the page, as a click on a link does: far quicker than to load all of it again. */
  async navigate(path: string): Promise<void> {
    await this.page.evaluate(`history.pushState(null, '', ${JSON.stringify(path)})`);
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

  /** Holds when nothing that was stored as text has become an element, a handler, a link that runs, or has run. */
  async expectHarmless(): Promise<void> {
    expect(await this.page.evaluate(CAME_ALIVE)).toEqual([]);
  }

  /** Holds when the console is silent (its policy included), no script failed, and nothing was asked of another server. */
  expectNoComplaints(): void {
    expect(this.complaints).toEqual([]);
  }

  /**
   * Holds when axe finds no fault in what is shown now.
   *
   * @param options of `axe.run`
   */
  async expectAccessible(options: object = {}): Promise<void> {
    // Half-faded text has too little contrast.
    await this.page.evaluate(TRANSITIONS_DONE);
    // Evaluated and not added as a script: the page's policy would refuse it. It stays until the page is loaded anew.
    if (await this.page.evaluate(`!('axe' in window)`)) await this.page.evaluate(axe.source);
    const run = `axe.run(${JSON.stringify({ resultTypes: ['violations'], ...options })})`;
    const { violations } = await this.page.evaluate<AxeResults>(run);
    const faults = violations.map(
      ({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map(({ html }) => html).join('\n  ')}`,
    );
    expect(faults).toEqual([]);
  }

  /** Checks both; the page stays in the colours that it had not before. */
  async expectAccessibleInLightAndDark(): Promise<void> {
    await this.expectAccessible();
    await this.page.getByRole('button', { name: /Switch to (?:light|dark) colours/ }).click();
    await this.expectAccessible(COLOUR_RULES);
  }

  /** Holds when nothing has to be scrolled to the right on a phone; the page stays as narrow as that. */
  async expectFitsPhone(): Promise<void> {
    await this.page.setViewportSize({ width: 390, height: 844 });
    expect(await this.page.evaluate(OVERFLOW)).toBe(0);
  }

  /**
   * Into `.test-results/screenshots/<name>.png`, to be looked at.
   *
   * @param fullPage also what one would have to scroll to
   */
  async screenshot(name: string, fullPage = false): Promise<string> {
    await mkdir(SCREENSHOTS, { recursive: true });
    const path = join(SCREENSHOTS, `${name}.png`);
    await this.page.screenshot({ path, fullPage });
    return path;
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
