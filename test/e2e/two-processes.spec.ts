import { EventEmitter, once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SandboxServer } from '../../src/instagram/sandbox/sandbox-server.js';
import { commentWebhook, messageWebhook } from '../../src/instagram/webhook-samples.js';
import { startServerProcess, type ServerProcess } from '../support/server-process.js';
import { freshDatabaseUri, testSecrets } from '../support/test-config.js';
import { adminCall, postWebhook } from '../support/webhook-client.js';

const account = '17841400000000044';
const WAIT_MS = 3000;
const A_MINUTE = 60_000;
/** Tells of each send that Instagram has carried out, whether or not it has answered. */
const carriedOut = new EventEmitter();
const sandbox = new SandboxServer({ onSend: () => carriedOut.emit('send') });
const running = new Set<ServerProcess>();
let env: Record<string, string>;

beforeAll(async () => {
  const { url } = await sandbox.listen();
  env = {
    MONGODB_URI: freshDatabaseUri(),
    META_APP_SECRET: testSecrets.appSecret,
    META_VERIFY_TOKEN: testSecrets.verifyToken,
    ADMIN_TOKEN: testSecrets.adminToken,
    ENCRYPTION_KEY: testSecrets.encryptionKey,
    INSTAGRAM_GRAPH_URL: url,
    QUEUE_LEASE_MS: '1000',
    QUEUE_BACKOFF_MS: '5',
  };
  const { url: server } = await start();
  const admin = (path: string, body: object) => adminCall(server, testSecrets.adminToken, 'POST', path, body);
  await admin('accounts', { instagramId: account, username: 'shop', accessToken: 'IGAA-token' });
  const automate = (trigger: object, ...actions: object[]) =>
    admin('automations', { account, name: 'Test', trigger, actions });
  const text = (content: string) => ({ type: 'send_message', text: content });
  const said = (word: string) => ({ type: 'message', match: { mode: 'exact', keywords: [word] } });
  await automate({ type: 'comment' }, text('Here it is'));
  await automate(
    said('ask'),
    { type: 'ask', text: 'Size?', attribute: 'size' },
    text('{{contact.attributes.size}}!'),
  );
  await automate(said('wait'), text('One'), { type: 'wait', ms: WAIT_MS }, text('Two'));
  await start();
}, A_MINUTE);

afterAll(async () => {
  for (const server of running) await kill(server);
  await sandbox.close();
});

async function start(): Promise<ServerProcess> {
  const server = await startServerProcess(env);
  running.add(server);
  return server;
}

async function kill(server: ServerProcess): Promise<void> {
  running.delete(server);
  await server.process.kill('SIGKILL');
}

const post = async ({ url }: ServerProcess, webhook: object) =>
  expect((await postWebhook(url, webhook, testSecrets.appSecret)).status).toBe(200);
const say = (server: ServerProcess, person: string, text: string) =>
  post(server, messageWebhook({ account, person, text }));

/** Resolves with the jobs of a conversation once so many of them have ended. */
async function ended(
  person: string,
  count: number,
): Promise<{ kind: string; outcome: { result: string } }[]> {
  const [{ url }] = running as unknown as [ServerProcess];
  const path = `jobs?conversation=${account}:${person}`;
  for (;;) {
    const { items } = (await adminCall(url, testSecrets.adminToken, 'GET', path)) as {
      items: { kind: string; outcome: { result: string } | null }[];
    };
    const over = items.flatMap(({ kind, outcome }) => (outcome ? [{ kind, outcome }] : []));
    if (over.length >= count) return over;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The texts to a person, or in private to a comment. */
const received = (of: string) =>
  sandbox.state.journal
    .page(0, 1000)
    .filter(({ person, comment }) => person === of || comment === of)
    .map(({ content }) => (content as { text: string }).text);

/** Instagram carries the next call out, and does not answer while the test runs. */
const holdNextAnswer = (call: 'send' | 'private_reply') =>
  sandbox.faults.add({
    match: { call, account },
    times: 1,
    effect: { type: 'delay', delayMs: 10 * A_MINUTE },
  });

describe('two server processes on one store', () => {
  it(
    'give one private reply to a comment that both are told of',
    async () => {
      const comments = Array.from({ length: 20 }, (_, n) => ({
        account,
        person: String(2_978_000_000_000_100 + n),
        commentId: String(1805_000 + n),
        text: 'link',
      }));
      await Promise.all(
        comments.flatMap((comment) => [...running].map((server) => post(server, commentWebhook(comment)))),
      );
      for (const { person, commentId } of comments) {
        expect(await ended(person, 1)).toMatchObject([{ outcome: { result: 'answered' } }]);
        expect(received(commentId)).toEqual(['Here it is']);
      }
    },
    A_MINUTE,
  );

  it(
    'give one private reply when the first is killed while it gives it, and the other takes over',
    async () => {
      const [person, commentId] = ['2978000000000201', '1806000'];
      const [first] = running as unknown as [ServerProcess];
      holdNextAnswer('private_reply');
      const sent = once(carriedOut, 'send');
      await post(first, commentWebhook({ account, person, commentId, text: 'link' }));
      await sent;
      await kill(first);
      expect(await ended(person, 1)).toMatchObject([{ outcome: { result: 'answered' } }]);
      expect(received(commentId)).toEqual(['Here it is']);
      await start();
    },
    A_MINUTE,
  );

  it(
    'forget neither a question nor a wait when all of them are killed',
    async () => {
      const [asked, waiting] = ['2978000000000202', '2978000000000203'];
      const [first] = running as unknown as [ServerProcess];
      holdNextAnswer('send');
      const sent = once(carriedOut, 'send');
      await say(first, asked, 'ask');
      await sent;
      await kill(first);
      // The other finds the question in the conversation, and asks it no second time.
      await ended(asked, 1);
      const [second] = running as unknown as [ServerProcess];
      await say(second, waiting, 'wait');
      await ended(waiting, 1);
      await kill(second);

      await say(await start(), asked, 'L');
      await ended(asked, 2);
      expect(received(asked)).toEqual(['Size?', 'L!']);
      expect(await ended(waiting, 2)).toMatchObject([{ kind: 'flow' }, { kind: 'message' }]);
      expect(received(waiting)).toEqual(['One', 'Two']);
    },
    A_MINUTE,
  );
});
