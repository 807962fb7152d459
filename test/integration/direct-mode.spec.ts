import { afterEach, beforeEach, expect, it, describe } from '@jest/globals';
import { messageWebhook } from '../../src/instagram/webhook-samples.js';
import { TestServer } from '../support/test-server.js';

const account = '17841400000000007';
const message = (n: number) =>
  messageWebhook({ account, person: '2978000000000009', mid: `m${n}`, text: `price ${n}` });

describe('direct mode', () => {
  let server: TestServer;

  beforeEach(async () => {
    server = await TestServer.start({ QUEUE_ENABLED: 'false' });
    await server.admin('POST', 'accounts', { instagramId: account, username: 'shop', accessToken: 'token' });
    await server.admin('POST', 'automations', {
      account,
      name: 'Price',
      trigger: { type: 'message', match: { mode: 'contains', keywords: ['price'] } },
      actions: [{ type: 'send_message', text: 'Re: {{event.text}}' }],
    });
  });

  afterEach(() => server.close());

  it('has answered the person by the time that it answers the webhook', async () => {
    const response = await server.post(message(1));
    expect(response.status).toBe(200);
    expect(server.sent).toEqual([{ text: 'Re: price 1' }]);
  });

  it('recognises redeliveries as the queue does', async () => {
    await server.post(message(1));
    expect((await server.post(message(1))).status).toBe(200);
    expect(server.sent).toHaveLength(1);
  });
});
