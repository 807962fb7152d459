import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { SandboxServer } from '../../src/instagram/sandbox/sandbox-server.js';
import { messageWebhook } from '../../src/instagram/webhook-samples.js';
import { startServerProcess, type ServerProcess } from '../support/server-process.js';
import { freshDatabaseUri, testSecrets } from '../support/test-config.js';
import { adminCall, postWebhook } from '../support/webhook-client.js';

const ACCOUNT = '17841400000000043';
const EVENTS = 10;
const preload = pathToFileURL(resolve('test/support/skewed-clock.mjs')).href;

describe('two servers whose clocks are two minutes apart', () => {
  const closing: (() => Promise<unknown>)[] = [];

  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });

  async function start(skewMs: number, uri: string, graphUrl: string): Promise<ServerProcess> {
    const server = await startServerProcess({
      MONGODB_URI: uri,
      META_APP_SECRET: testSecrets.appSecret,
      META_VERIFY_TOKEN: testSecrets.verifyToken,
      ADMIN_TOKEN: testSecrets.adminToken,
      ENCRYPTION_KEY: testSecrets.encryptionKey,
      INSTAGRAM_GRAPH_URL: graphUrl,
      QUEUE_LEASE_MS: '3000',
      NODE_OPTIONS: `--import ${preload}`,
      CLOCK_SKEW_MS: String(skewMs),
    });
    closing.push(() => server.process.kill('SIGKILL'));
    return server;
  }

  it("do not take each other's running jobs", async () => {
    // Several looks of either server for lost jobs pass while these run.
    const sandbox = new SandboxServer({ latencyMs: 2500 });
    const { url } = await sandbox.listen();
    closing.push(() => sandbox.close());
    const uri = freshDatabaseUri();
    const servers = [await start(-60_000, uri, url), await start(60_000, uri, url)];
    const admin = (path: string, body: object) =>
      adminCall(servers[0]!.url, testSecrets.adminToken, 'POST', path, body);
    await admin('accounts', { instagramId: ACCOUNT, username: 'shop', accessToken: 'IGAA-test' });
    await admin('automations', {
      account: ACCOUNT,
      name: 'all',
      trigger: { type: 'message', match: { mode: 'any' } },
      actions: [{ type: 'send_message', text: 'Hello' }],
    });
    for (let n = 0; n < EVENTS; n += 1) {
      const webhook = messageWebhook({
        account: ACCOUNT,
        person: `29780000000000${10 + n}`,
        text: `event ${n}`,
      });
      const response = await postWebhook(servers[n % 2]!.url, webhook, testSecrets.appSecret);
      expect(response.status).toBe(200);
    }
    const client = await MongoClient.connect(uri);
    closing.push(() => client.close());
    const jobs = client.db().collection('jobs');
    while ((await jobs.countDocuments({ finishedAt: { $exists: true } })) < EVENTS) {
      await new Promise((next) => setTimeout(next, 50));
    }
    const ended = await jobs.find({}).toArray();
    expect(ended.map(({ status, attempts, rescues }) => ({ status, attempts, rescues }))).toEqual(
      Array.from({ length: EVENTS }, () => ({ status: 'completed', attempts: 1, rescues: 0 })),
    );
    expect(sandbox.state.journal.page(0, 1000)).toHaveLength(EVENTS);
  }, 60_000);
});
