import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MAX_ANSWERS_A_MINUTE } from '../../src/automation/gates/loop.guard.js';
import { WEBHOOK_PATH } from '../../src/webhooks/webhook-path.js';
import { Conversation } from '../support/conversation.js';
import { testSecrets } from '../support/test-config.js';
import { TestServer } from '../support/test-server.js';

const [first, second] = ['17842100000000001', '17842100000000002'];
let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start();
  server.sandbox.reportEchoesTo(`${server.url}${WEBHOOK_PATH}`, testSecrets.appSecret);
  for (const account of [first, second]) {
    server.sandbox.state.account(account);
    const connected = { instagramId: account, username: 'shop', accessToken: `IGAA${account}` };
    await server.admin('POST', 'accounts', connected);
    await server.admin('POST', 'automations', {
      account,
      name: 'a',
      trigger: { type: 'message', match: { mode: 'contains', keywords: ['a'] } },
      actions: [{ type: 'send_message', text: 'a' }],
    });
  }
});

afterAll(() => server?.close());

describe('two accounts that answer each other', () => {
  it('stop by themselves, and the reason is recorded', async () => {
    // The second account's person, as the first account sees it, writes first.
    const talk = new Conversation(server, first, second);
    await talk.say('a');
    const outcomes = async () => {
      const jobs = [...(await talk.jobs()), ...(await new Conversation(server, second, first).jobs())];
      return jobs.map(({ outcome }) => outcome);
    };
    for (;;) {
      const stopped = (await outcomes()).filter((outcome) => outcome?.['reason'] === 'loop');
      if (stopped.length > 0) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const sent = server.sandbox.state.journal.stats().messages;
    expect(sent).toBeLessThanOrEqual(2 * MAX_ANSWERS_A_MINUTE + 1);
    expect(sent).toBeGreaterThanOrEqual(2 * MAX_ANSWERS_A_MINUTE - 1);
    expect(await outcomes()).toContainEqual({ result: 'paused', reason: 'loop' });
    expect(await server.contacts.findOne({ pauseReason: 'loop' })).toMatchObject({
      pausedUntil: expect.any(Date),
    });
    // Neither took the other's messages for those of a person who sits there.
    expect(await server.contacts.countDocuments({ pauseReason: 'human' })).toBe(0);
  });
});
