import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { adminCall, postWebhook } from '../webhook-client.js';
import { startServerProcess, type ServerProcess } from '../server-process.js';
import { makeTempDir, removeTempDir } from '../temp-dir.js';
import { startChromium } from './chromium.js';
import { DashboardPage } from './dashboard-page.js';

export const ADMIN_TOKEN = 'browser-admin-token-0123456789abcdef';
export const READ_TOKEN = 'browser-read-token-0123456789abcdefg';

/** The built server as a sandbox of its own, and a Chromium that looks at it. One of them serves all tests of a file. */
export class Dashboard {
  private constructor(
    private readonly browser: Browser,
    private readonly server: ServerProcess,
    private readonly dataDir: string,
    private readonly appSecret: string,
    /** The stand-in for Instagram: what was sent, and how to make it fail. */
    readonly standInUrl: string,
  ) {}

  /** @param environment beside that of a sandbox with both kinds of tokens */
  static async start(environment: Record<string, string> = {}): Promise<Dashboard> {
    const dataDir = await makeTempDir();
    const tokens = { ADMIN_TOKEN, ADMIN_READ_TOKENS: READ_TOKEN };
    const [browser, server] = await Promise.all([
      startChromium(),
      startServerProcess({ DATA_DIR: dataDir, ...tokens, ...environment }),
    ]);
    const [, standIn] = await server.process.line(/at (http:\/\/[^\s]+)\. Nothing here reaches Instagram/);
    const secrets = JSON.parse(await readFile(join(dataDir, 'generated-secrets.json'), 'utf8')) as {
      appSecret: string;
    };
    return new Dashboard(browser, server, dataDir, secrets.appSecret, standIn!);
  }

  get url(): string {
    return this.server.url;
  }

  /** A page in a browser profile of its own, not signed in. */
  async open(options: BrowserContextOptions = {}): Promise<DashboardPage> {
    const context = await this.browser.newContext({ baseURL: this.url, ...options });
    return DashboardPage.open(context, this.url);
  }

  /** A page of somebody who has signed in, at this address of the dashboard. */
  async openSignedIn(
    path = '/',
    options: BrowserContextOptions = {},
    token = ADMIN_TOKEN,
  ): Promise<DashboardPage> {
    const page = await this.open(options);
    await page.signInByCookie(token);
    await page.goto(path);
    return page;
  }

  admin(method: string, path: string, body?: object): Promise<unknown> {
    return adminCall(this.url, ADMIN_TOKEN, method, path, body);
  }

  /** Posts what Instagram would, signed. */
  webhook(body: object): Promise<Response> {
    return postWebhook(this.url, body, this.appSecret);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.process.kill('SIGTERM');
    await removeTempDir(this.dataDir);
  }
}
