import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SandboxServer } from '../../src/instagram/sandbox/sandbox-server.js';
import { startServer } from '../../src/server.js';
import { Conversation } from '../support/conversation.js';
import { testConfig } from '../support/test-config.js';
import { TestServer } from '../support/test-server.js';

const account = '17842200000000001';
const person = '2978000000000001';
let sandbox: SandboxServer;
let environment: ReturnType<typeof testConfig>;
let server: TestServer;
let talk: Conversation;

const start = async () => {
  server = TestServer.of(await startServer(environment, false), sandbox);
  talk = new Conversation(server, account, person);
};

beforeEach(async () => {
  sandbox = new SandboxServer();
  const { url } = await sandbox.listen();
  environment = testConfig({ INSTAGRAM_GRAPH_URL: url });
  await start();
  await server.admin('POST', 'accounts', { instagramId: account, username: 'shop', accessToken: 'IGAA' });
});

afterEach(() => server?.close());

/** Ends this process's worth of server; another one takes over. */
const restart = async () => {
  await server.server.close();
  await start();
};
const automate = (actions: object[]) =>
  server.admin('POST', 'automations', {
    account,
    name: 'Test',
    trigger: { type: 'message', match: { mode: 'exact', keywords: ['go'] } },
    actions,
  });
const text = (content: string) => ({ type: 'send_message', text: content });
const message = (content: string) => ({ kind: 'message', content });

describe('a restart', () => {
  it('forgets no question', async () => {
    await automate([{ type: 'ask', text: 'Size?', attribute: 'size' }, text('{{contact.attributes.size}}!')]);
    await talk.say('go');
    await restart();
    expect(await talk.say('L')).toMatchObject({ result: 'answered' });
    expect(talk.received()).toEqual([message('Size?'), message('L!')]);
  });

  it('forgets no wait, though its time comes while nothing runs', async () => {
    await automate([text('One'), { type: 'wait', ms: 300 }, text('Two')]);
    await talk.say('go');
    await server.server.close();
    await new Promise((resolve) => setTimeout(resolve, 400));
    await start();
    await talk.until((jobs) => jobs.filter(({ kind, status }) => kind === 'flow' && status === 'completed'));
    expect(talk.received()).toEqual([message('One'), message('Two')]);
  });

  it('forgets neither STOP nor a pause', async () => {
    await automate([{ type: 'pause_automation', ms: 60_000 }]);
    await talk.say('go');
    await restart();
    expect(await talk.say('go')).toEqual({ result: 'paused', reason: 'automation' });
    await talk.say('stop');
    await restart();
    expect(await talk.say('go')).toEqual({ result: 'opted_out' });
  });
});
