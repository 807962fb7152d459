import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorOf } from '../support/http-error.js';
import { testSecrets } from '../support/test-config.js';
import { TestServer } from '../support/test-server.js';

describe('the verification that Meta asks for', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await TestServer.start();
  });

  afterAll(() => server.close());

  const token = testSecrets.verifyToken;
  const ask = (query: string) => fetch(`${server.url}/api/webhooks/instagram?${query}`);
  const right = `hub.mode=subscribe&hub.verify_token=${token}`;

  it.each(['1158201444', '<b>x</b>', 'a b&c'])(
    'is answered with the challenge as plain text: %s',
    async (challenge) => {
      const answer = await ask(`${right}&hub.challenge=${encodeURIComponent(challenge)}`);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(/^text\/plain\b/);
      expect(await answer.text()).toBe(challenge);
    },
  );

  it.each([
    ['a wrong token', `hub.mode=subscribe&hub.verify_token=${token}x&hub.challenge=1`],
    ['a token of another length', 'hub.mode=subscribe&hub.verify_token=t&hub.challenge=1'],
    ['an empty token', 'hub.mode=subscribe&hub.verify_token=&hub.challenge=1'],
    ['no token', 'hub.mode=subscribe&hub.challenge=1'],
    ['several tokens', `${right}&hub.verify_token=${token}&hub.challenge=1`],
    ['a token in a list', `hub.mode=subscribe&hub.verify_token[]=${token}&hub.challenge=1`],
    ['an operator for a token', 'hub.mode=subscribe&hub.verify_token[$ne]=x&hub.challenge=1'],
    ['a wrong mode', `hub.mode=unsubscribe&hub.verify_token=${token}&hub.challenge=1`],
    ['no mode', `hub.verify_token=${token}&hub.challenge=1`],
    ['several modes', `${right}&hub.mode=subscribe&hub.challenge=1`],
    ['no challenge', right],
    ['several challenges', `${right}&hub.challenge=1&hub.challenge=2`],
    ['a challenge in an object', `${right}&hub.challenge[a]=1`],
    ['nested names', `hub[mode]=subscribe&hub[verify_token]=${token}&hub[challenge]=1`],
    ['nothing', ''],
  ])('is refused with %s', async (_what, query) => {
    const answer = await ask(query);
    expect(answer.status).toBe(403);
    const error = await errorOf(answer);
    expect(error.code).toBe('verification_failed');
    expect(JSON.stringify(error)).not.toContain(token);
  });
});
