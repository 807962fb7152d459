import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifySignature } from '../webhook-signature.js';
import { SandboxServer } from './sandbox-server.js';
import type { SandboxServerOptions } from './sandbox-server.js';

const account = '17841400000000001';
const person = '2978000000000001';
const HOUR_MS = 3_600_000;

interface AnswerBody {
  id?: string;
  message_id?: string;
  error?: { code: number; error_subcode?: number };
  items?: { person: string }[];
  nextCursor?: number | null;
  messages?: object[];
  publicReplies?: object[];
  data?: { messages?: { data: object[] } }[];
}

interface Answer {
  status: number;
  headers: Headers;
  body: AnswerBody;
}

const codeOf = ({ body }: Answer) => [body.error?.code, body.error?.error_subcode];

describe('SandboxServer', () => {
  let server: SandboxServer;
  let url: string;

  async function start(options: SandboxServerOptions = {}): Promise<void> {
    server = new SandboxServer(options);
    ({ url } = await server.listen());
  }

  async function call(method: string, path: string, body?: object, token = 'token'): Promise<Answer> {
    const response = await fetch(url + path, {
      method,
      headers: token ? { authorization: `Bearer ${token}` } : {},
      ...(body && { body: JSON.stringify(body) }),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as AnswerBody,
    };
  }

  const send = (recipient: object, message: object = { text: 'hi' }, token?: string) =>
    call('POST', `/v25.0/${account}/messages`, { recipient, message }, token);
  const reply = (comment: string, message = 'thanks') =>
    call('POST', `/v25.0/${comment}/replies`, { message });
  const control = (method: string, path: string, body?: object) => call(method, `/_sandbox/${path}`, body);
  const fault = (effect: object, more: object = {}) => control('POST', 'faults', { effect, ...more });
  const burst = async () => {
    const answers = await Promise.all(Array.from({ length: 101 }, () => send({ id: person })));
    return answers.filter(({ status }) => status !== 200).map((answer) => codeOf(answer));
  };

  beforeEach(() => start());
  afterEach(() => server.close());

  async function restart(options: SandboxServerOptions): Promise<void> {
    await server.close();
    await start(options);
  }

  it('takes a message as Instagram does, and marks its answer', async () => {
    const answer = await send({ id: person });
    expect(answer).toMatchObject({
      status: 200,
      body: { recipient_id: person, message_id: expect.stringMatching(/^aWdf/) },
    });
    expect(answer.headers.get('x-sandbox')).toBe('1');
    const { body } = await control('GET', `conversations/${account}/${person}`);
    expect(body.messages).toEqual([
      expect.objectContaining({
        direction: 'out',
        id: answer.body.message_id,
        kind: 'message',
        content: { text: 'hi' },
      }),
    ]);
  });

  it('gives every message an id of its own', async () => {
    const [first, second] = [await send({ id: person }), await send({ id: person })];
    expect(first.body.message_id).not.toBe(second.body.message_id);
  });

  it('takes sender actions and reactions, which are no messages', async () => {
    const act = (more: object) =>
      call('POST', `/v25.0/${account}/messages`, { recipient: { id: person }, ...more });
    expect((await act({ sender_action: 'typing_on' })).body).toEqual({ recipient_id: person });
    const payload = { message_id: 'aWdf1', reaction: 'love' };
    expect((await act({ sender_action: 'react', payload })).body).toEqual({ recipient_id: person });
    expect(codeOf(await act({ sender_action: 'dance' }))).toEqual([100, undefined]);
    expect(codeOf(await act({ sender_action: 'react' }))).toEqual([100, undefined]);
    expect(codeOf(await act({ sender_action: 'typing_on', message: { text: 'x' } }))).toEqual([
      100,
      undefined,
    ]);
    expect((await control('GET', 'stats')).body).toMatchObject({ sends: 0, senderActions: 1, reactions: 1 });
  });

  it.each([
    ['no token', () => call('POST', `/v25.0/${account}/messages`, {}, ''), 190, undefined],
    ['no recipient', () => call('POST', `/v25.0/${account}/messages`, {}), 100, undefined],
    ['a person id that is none', () => send({ id: { $ne: null } }), 100, 2534014],
    ['a comment id that is none', () => send({ comment_id: 'x' }), 100, 2534025],
    ['a text too long', () => send({ id: person }, { text: 'x'.repeat(1001) }), 100, undefined],
    ['an unknown path', () => call('POST', `/v25.0/${account}/elsewhere`, {}), 100, 33],
    ['a path too deep', () => call('GET', `/v25.0/${account}/messages/1`), 100, 33],
    ['an account id that is none', () => call('POST', '/v25.0/shop/messages', {}), 100, 33],
    ['a token of nobody', () => call('GET', '/v25.0/me?fields=user_id'), 190, undefined],
  ])('refuses %s in the shape of Instagram', async (_what, attempt, code, subcode) => {
    const answer = await attempt();
    expect(answer.status).toBe(code === 190 ? 401 : 400);
    expect(answer.body.error).toMatchObject({ type: 'OAuthException', fbtrace_id: expect.any(String) });
    expect(codeOf(answer)).toEqual([code, subcode]);
    expect((await control('GET', 'stats')).body).toMatchObject({ sends: 0, errors: 1, calls: 1 });
  });

  it('asks for the registered token where there is one, and knows /me by it', async () => {
    await control('POST', 'accounts', { id: account, token: 'right', username: 'shop' });
    expect(codeOf(await send({ id: person }, { text: 'x' }, 'wrong'))).toEqual([190, undefined]);
    expect((await send({ id: person }, { text: 'x' }, 'right')).status).toBe(200);
    const me = await call('GET', '/v25.0/me?fields=user_id,username', undefined, 'right');
    expect(me.body).toMatchObject({ user_id: account, username: 'shop' });
    expect(me.body.id).toBeDefined();
    expect(me.body.id).not.toBe(account);
  });

  describe('the 24-hour window', () => {
    let now = 1_800_000_000_000;
    const clock = () => now;

    it('is open for 24 hours after the person wrote', async () => {
      await restart({ clock });
      await control('POST', 'inbound', { account, person, text: 'hello' });
      now += 24 * HOUR_MS;
      expect((await send({ id: person })).status).toBe(200);
      now += 1;
      expect(codeOf(await send({ id: person }))).toEqual([10, 2534022]);
      await control('POST', 'inbound', { account, person });
      expect((await send({ id: person })).status).toBe(200);
    });

    it('is closed to people who only commented, and open to people never heard of', async () => {
      await control('POST', 'comments', { id: '1805', account, person });
      expect(codeOf(await send({ id: person }))).toEqual([10, 2534022]);
      expect((await send({ id: '42' })).status).toBe(200);
    });

    it('refuses people never heard of when told so', async () => {
      await restart({ unknownPeople: 'refused' });
      expect(codeOf(await send({ id: person }))).toEqual([100, 2534014]);
      expect(codeOf(await send({ comment_id: '1805' }))).toEqual([100, 2534025]);
      expect(codeOf(await reply('1805'))).toEqual([100, 33]);
    });

    it('passes with the clock that the control API moves', async () => {
      await control('POST', 'inbound', { account, person });
      await control('POST', 'clock', { advanceMs: 24 * HOUR_MS + 1000 });
      expect(codeOf(await send({ id: person }))).toEqual([10, 2534022]);
    });
  });

  describe('private replies', () => {
    it('are given once for each comment, to the person who wrote it', async () => {
      await control('POST', 'comments', { id: '1805', account, person, text: 'price?' });
      expect((await send({ comment_id: '1805' })).body).toMatchObject({ recipient_id: person });
      expect(codeOf(await send({ comment_id: '1805' }))).toEqual([10900, undefined]);
      const { body } = await control('GET', 'comments/1805');
      expect(body).toMatchObject({ person, privateReply: { content: { text: 'hi' } } });
    });

    it('are given to comments never heard of, once, without naming the person', async () => {
      const { body } = await send({ comment_id: '1806' });
      expect(body).toEqual({ message_id: expect.any(String) });
      expect(codeOf(await send({ comment_id: '1806' }))).toEqual([10900, undefined]);
    });

    it.each([
      ['of the account itself', { person: account }],
      ['on a post of another account', { account: '17841400000000002' }],
      ['older than 7 days', { at: Date.now() - 7 * 24 * HOUR_MS - 60_000 }],
      ['of a live video that has ended', { live: true, liveEnded: true }],
    ])('are not given to a comment %s', async (_what, more) => {
      await control('POST', 'comments', { id: '1805', account, person, ...more });
      expect(codeOf(await send({ comment_id: '1805' }))).toEqual([100, 2534025]);
    });

    it('are still owed after one that was refused for its content', async () => {
      expect((await send({ comment_id: '1805' }, { text: '' })).status).toBe(400);
      expect((await send({ comment_id: '1805' })).status).toBe(200);
    });
  });

  it('takes public replies to top-level comments only', async () => {
    await control('POST', 'comments', { id: '1805', account, person });
    await control('POST', 'comments', { id: '1806', account, person, parentId: '1805' });
    const { body } = await reply('1805');
    expect(body).toEqual({ id: expect.stringMatching(/^179\d{14}$/) });
    expect(codeOf(await reply('1806'))).toEqual([100, undefined]);
    expect(codeOf(await reply(body.id!))).toEqual([100, undefined]);
    expect(codeOf(await reply('1805', ''))).toEqual([100, undefined]);
    const comment = await control('GET', 'comments/1805');
    expect(comment.body.publicReplies).toEqual([{ id: body.id, text: 'thanks', at: expect.any(Number) }]);
  });

  it('does not take one account for another that uses the same token', async () => {
    const other = '17841400000000002';
    await send({ id: '1' });
    await control('POST', 'inbound', { account: other, person, name: 'Ann' });
    expect((await reply('1805')).status).toBe(200);
    const path = `/v25.0/${other}/messages`;
    const answer = await call('POST', path, { recipient: { comment_id: '1805' }, message: { text: 'hi' } });
    expect(answer.status).toBe(200);
    expect((await call('GET', `/v25.0/${person}?fields=name`)).body).toMatchObject({ name: 'Ann' });
    expect(codeOf(await call('GET', '/v25.0/me'))).toEqual([190, undefined]);
    const { body } = await control('GET', 'journal?after=1');
    expect(body.items).toMatchObject([
      { kind: 'public_reply', account: null },
      { kind: 'private_reply', account: other },
    ]);
  });

  it('gives profiles of people who wrote, not of those who only commented', async () => {
    const profile = () => call('GET', `/v25.0/${person}?fields=name,username,secret`);
    await send({ id: '1' });
    await control('POST', 'comments', { id: '1805', account, person, username: 'ann' });
    expect(codeOf(await profile())).toEqual([230, undefined]);
    await control('POST', 'inbound', { account, person, name: 'Ann' });
    expect((await profile()).body).toEqual({ id: person, name: 'Ann', username: 'ann' });
  });

  it('lists conversations with their messages, newest first, and media', async () => {
    await control('POST', 'inbound', { account, person, mid: 'aWdfIn', text: 'hello' });
    const sent = await send({ id: person }, { text: 'welcome' });
    const path = `/v25.0/${account}/conversations?user_id=${person}&fields=id,messages{id,message}`;
    const { body } = await call('GET', path);
    expect(body.data).toHaveLength(1);
    expect(body.data![0]!.messages!.data).toEqual([
      expect.objectContaining({
        id: sent.body.message_id,
        message: 'welcome',
        from: expect.objectContaining({ id: account }),
      }),
      expect.objectContaining({
        id: 'aWdfIn',
        message: 'hello',
        from: expect.objectContaining({ id: person }),
      }),
    ]);
    expect((await call('GET', `/v25.0/${account}/conversations?user_id=1`)).body.data).toEqual([]);
    await control('POST', 'comments', { id: '1805', account, person, mediaId: '1789' });
    expect((await call('GET', `/v25.0/${account}/media`)).body.data).toEqual([{ id: '1789' }]);
  });

  it('keeps the limits only when told to', async () => {
    expect(await burst()).toEqual([]);
    await restart({ rateLimits: true, clock: () => 0 });
    expect(await burst()).toEqual([[613, undefined]]);
  });

  describe('faults', () => {
    it('answer with the error asked for, headers included, and carry nothing out', async () => {
      const headers = { 'retry-after': '7' };
      await fault(
        { type: 'error', status: 429, code: 4, subcode: 9, isTransient: true, headers },
        { times: 1 },
      );
      const answer = await send({ id: person });
      expect(answer.status).toBe(429);
      expect(answer.headers.get('retry-after')).toBe('7');
      expect(answer.body.error).toMatchObject({ code: 4, error_subcode: 9, is_transient: true });
      expect((await send({ id: person })).status).toBe(200);
      const { body } = await control('GET', 'stats');
      expect(body).toMatchObject({ calls: 2, sends: 1, errors: 1, errorsByCode: { '4/9': 1 } });
    });

    it.each([
      ['person', { person }, { id: person }],
      ['comment', { comment: '1805' }, { comment_id: '1805' }],
      ['call', { call: 'send', account }, { id: person }],
    ])('are limited to one %s', async (_what, match, recipient) => {
      await fault({ type: 'error', status: 500, code: 2 }, { match });
      expect((await send(recipient)).status).toBe(500);
      expect((await send({ comment_id: '1' })).status).toBe(200);
    });

    it('drop the connection before or after the message is carried out', async () => {
      await fault({ type: 'drop_before' }, { times: 1 });
      await expect(send({ id: person })).rejects.toThrow('fetch failed');
      await fault({ type: 'drop_after' }, { times: 1 });
      await expect(send({ id: person })).rejects.toThrow('fetch failed');
      expect((await control('GET', 'stats')).body).toMatchObject({ sends: 1, unanswered: 1 });
    });

    it('cut the answer of a message that is carried out', async () => {
      await fault({ type: 'garble' }, { times: 1 });
      await expect(send({ id: person })).rejects.toThrow(/JSON/);
      expect((await control('GET', 'stats')).body).toMatchObject({ sends: 1, unanswered: 1 });
    });

    it('are listed and cleared', async () => {
      await fault({ type: 'delay', delayMs: 10_000 });
      expect((await control('GET', 'faults')).body.items).toHaveLength(1);
      await control('DELETE', 'faults');
      expect((await send({ id: person })).status).toBe(200);
    });
  });

  it('closes at once while an answer is held back', async () => {
    await control('POST', 'faults', { effect: { type: 'delay', delayMs: 60_000 } });
    const held = send({ id: person });
    const failure = held.catch((error: unknown) => error);
    while (server.state.journal.stats().sends === 0) await new Promise(setImmediate);
    await server.close();
    expect(await failure).toMatchObject({ message: 'fetch failed' });
    await start();
  });

  it('pages through the journal and counts recipients and repeats', async () => {
    for (const to of ['1', '2', '2', '3']) await send({ id: to });
    await send({ comment_id: '1805' });
    await reply('1805');
    await reply('1805');
    const first = await control('GET', 'journal?limit=4');
    expect(first.body.items!.map((entry) => entry.person)).toEqual(['1', '2', '2', '3']);
    const second = await control('GET', `journal?after=${first.body.nextCursor}&limit=4`);
    expect(second.body).toMatchObject({
      items: [{ kind: 'private_reply' }, { kind: 'public_reply' }, { kind: 'public_reply', account }],
      nextCursor: null,
    });
    expect((await control('GET', 'stats')).body).toEqual({
      sends: 5,
      messages: 4,
      privateReplies: 1,
      publicReplies: 2,
      senderActions: 0,
      reactions: 0,
      distinctRecipients: 4,
      recipientsSentSeveral: 1,
      commentsRepliedSeveral: 1,
      unanswered: 0,
      calls: 7,
      errors: 0,
      errorsByCode: {},
    });
  });

  it('forgets everything when reset', async () => {
    await control('POST', 'accounts', { id: account, token: 'right' });
    await control('POST', 'faults', { effect: { type: 'drop_before' } });
    await control('DELETE', '');
    expect((await send({ id: person })).status).toBe(200);
    expect((await control('GET', 'stats')).body).toMatchObject({ calls: 1, sends: 1 });
  });

  it.each([
    ['POST', 'accounts', {}],
    ['POST', 'inbound', { account, person: 'ann' }],
    ['POST', 'faults', { effect: { type: 'explode' } }],
    ['POST', 'settings', { unheardOf: true }],
    ['GET', 'journal?limit=0', undefined],
  ])('refuses a control call that makes no sense: %s %s', async (method, path, body) => {
    expect(await control(method, path, body)).toMatchObject({
      status: 400,
      body: { error: expect.any(String) },
    });
  });

  it('changes its settings while it runs', async () => {
    const { body } = await control('POST', 'settings', { unknownPeople: 'refused' });
    expect(body).toEqual({ latencyMs: 0, rateLimits: false, unknownPeople: 'refused' });
    expect((await send({ id: person })).status).toBe(400);
  });

  it('reports what was sent as a signed echo to whoever asked for it', async () => {
    const received: { body: Buffer; signature: string | undefined }[] = [];
    const app = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const signature = request.headers['x-hub-signature-256'];
        received.push({ body: Buffer.concat(chunks), signature: signature as string | undefined });
        response.end('EVENT_RECEIVED', () => app.emit('received'));
      });
    }).listen(0, '127.0.0.1');
    await once(app, 'listening');
    const callback = `http://127.0.0.1:${(app.address() as AddressInfo).port}/hook`;
    await control('POST', 'echoes', { url: callback, secret: 's3cret' });
    const arrived = once(app, 'received');
    const sent = await send({ id: person }, { text: 'welcome' });
    await arrived;
    app.closeAllConnections();
    app.close();
    const [{ body, signature }] = received as [(typeof received)[0]];
    expect(verifySignature(body, signature, ['s3cret']).valid).toBe(true);
    const item = {
      sender: { id: account },
      recipient: { id: person },
      message: { mid: sent.body.message_id, text: 'welcome', is_echo: true },
    };
    expect(JSON.parse(body.toString())).toMatchObject({ entry: [{ id: account, messaging: [item] }] });
  });
});
