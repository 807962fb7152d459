import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MongoClient, type Db } from 'mongodb';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { socketUri, storePaths } from '../../../src/database/embedded/socket-path.js';
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
    private readonly standInUrl: string,
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

  /** The items of a list of the admin API, its first page. */
  async list<T>(path: string): Promise<T[]> {
    return ((await this.admin('GET', path)) as { items: T[] }).items;
  }

  /** The stand-in for Instagram: what was sent, and how to make it fail. */
  async standIn(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.standInUrl}/_sandbox/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return text === '' ? undefined : JSON.parse(text);
  }

  /** Has Instagram refuse all messages from now on, with this HTTP status and code. */
  async refuseSends(status: number, code: number): Promise<void> {
    await this.standIn('POST', 'faults', {
      match: { call: 'send' },
      times: 1000,
      effect: { type: 'error', status, code },
    });
  }

  /** The server's own store, for what no route would write. */
  async withStore<T>(use: (database: Db) => Promise<T>): Promise<T> {
    const client = await MongoClient.connect(socketUri(storePaths(this.dataDir).socket));
    try {
      return await use(client.db('chatautodm'));
    } finally {
      await client.close();
    }
  }

  /** Asks again until there is an answer. */
  async until<T>(ask: () => Promise<T | undefined>): Promise<T> {
    for (;;) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** The id of the conversation's newest job in this state, once there is one. */
  jobOf(conversation: string, status: string): Promise<string> {
    return this.until(async () => {
      const [job] = await this.list<{ id: string }>(`jobs?conversation=${conversation}&status=${status}`);
      return job?.id;
    });
  }

  /** Resolves once no job could be run now, or runs; those of accounts that may not send go on waiting. */
  async settled(): Promise<void> {
    await this.until(async () => {
      const open = await Promise.all(
        ['pending', 'processing'].map((status) =>
          this.list<{ runAt: string; blocked: boolean }>(`jobs?status=${status}`),
        ),
      );
      return open.flat().some(({ runAt, blocked }) => !blocked && Date.parse(runAt) <= Date.now())
        ? undefined
        : true;
    });
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.process.kill('SIGTERM');
    await removeTempDir(this.dataDir);
  }
}
