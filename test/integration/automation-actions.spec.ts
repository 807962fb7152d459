import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OutboundClient } from '../../src/automation/outbound/outbound.client.js';
import { Conversation } from '../support/conversation.js';
import { TestServer } from '../support/test-server.js';

const received: { headers: IncomingHttpHeaders; body: string }[] = [];
let answerStatus = 200;
const receiver = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(answerStatus, { location: 'http://127.0.0.1/' }).end();
  });
});
let server: TestServer;
let webhookUrl: string;
let talk: Conversation;
let accounts = 0;

beforeAll(async () => {
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const host = `127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  webhookUrl = `http://${host}/hook`;
  server = await TestServer.start({ OUTBOUND_ALLOWED_HOSTS: host });
});

afterAll(async () => {
  await server?.close();
  receiver.close();
});

beforeEach(async () => {
  received.length = 0;
  answerStatus = 200;
  server.sandbox.reset();
  accounts += 1;
  const instagramId = `1784170000000${String(accounts).padStart(4, '0')}`;
  await server.admin('POST', 'accounts', { instagramId, username: 'shop', accessToken: 'IGAAtoken' });
  talk = new Conversation(server, instagramId, `29780000000${String(accounts).padStart(5, '0')}`);
});

const automate = async (actions: object[], more: object = {}): Promise<string> => {
  const body = { account: talk.account, name: 'Test', trigger: { type: 'message' }, actions, ...more };
  return ((await server.admin('POST', 'automations', body)) as { id: string }).id;
};
const text = (content: string) => ({ type: 'send_message', text: content });
const message = (content: unknown) => ({ kind: 'message', content });
const contact = () =>
  server.contacts.findOne({ _id: `${talk.account}:${talk.person}` } as never) as Promise<
    Record<string, unknown>
  >;

describe('what is sent', () => {
  it('media, cards, a reaction and typing, in the form in which Instagram takes them', async () => {
    const button = { type: 'url', title: 'Shop', url: 'https://example.org/' };
    const automation = await automate([
      { type: 'react', reaction: 'love' },
      { type: 'typing', ms: 10 },
      { type: 'send_media', kind: 'image', url: 'https://example.org/a.png' },
      {
        type: 'send_cards',
        cards: [
          {
            title: 'For {{contact.attributes.size|you}}',
            subtitle: 'New',
            imageUrl: 'https://example.org/b.png',
            buttons: [button],
          },
        ],
      },
    ]);
    expect(await talk.say('hi', { mid: 'mid-1' })).toEqual({ result: 'answered', automation });
    expect(talk.received()).toEqual([
      { kind: 'reaction', content: { action: 'react', message_id: 'mid-1', reaction: 'love' } },
      { kind: 'sender_action', content: 'typing_on' },
      message({ attachment: { type: 'image', payload: { url: 'https://example.org/a.png' } } }),
      message({
        attachment: {
          type: 'template',
          payload: {
            template_type: 'generic',
            elements: [
              {
                title: 'For you',
                subtitle: 'New',
                image_url: 'https://example.org/b.png',
                buttons: [{ type: 'web_url', title: 'Shop', url: 'https://example.org/' }],
              },
            ],
          },
        },
      }),
    ]);
  });

  it('what follows a long typing, after it, without a second typing', async () => {
    await automate([{ type: 'typing', ms: 1300 }, text('There')]);
    const began = Date.now();
    await talk.say('hi');
    expect(Date.now() - began).toBeGreaterThanOrEqual(1300);
    expect(talk.received()).toEqual([{ kind: 'sender_action', content: 'typing_on' }, message('There')]);
  });

  it('messages, although typing and reacting are refused', async () => {
    await automate([{ type: 'react', reaction: 'love' }, { type: 'typing', ms: 5 }, text('Hi')]);
    const effect = { type: 'error', status: 400, code: 100 } as const;
    server.sandbox.faults.add({ match: { call: 'sender_action' }, times: null, effect });
    expect(await talk.say('hi')).toMatchObject({ result: 'answered' });
    expect(talk.received()).toEqual([message('Hi')]);
  });

  it('media as the private reply to a comment', async () => {
    await automate([{ type: 'send_media', kind: 'image', url: 'https://example.org/a.png' }], {
      trigger: { type: 'comment' },
    });
    await talk.comment('hi', { commentId: '18050000000000001' });
    expect(server.sandbox.state.comments.get('18050000000000001')!.privateReply).toBeDefined();
  });
});

describe('the 24-hour window', () => {
  it('outside it nothing is sent, and the outcome says so', async () => {
    const automation = await automate([
      { type: 'react', reaction: 'love' },
      { type: 'typing', ms: 1 },
      text('Hi'),
    ]);
    const late = { timestamp: Date.now() - 25 * 3_600_000 };
    expect(await talk.say('hi', late)).toEqual({
      result: 'outside_window',
      automation,
      reason: 'outside_window',
    });
    expect(server.sandbox.callCounts().calls).toBe(0);
    expect(await talk.say('hi')).toEqual({ result: 'answered', automation });
  });
});

describe('what is noted', () => {
  it('tags and attributes, which later automations go by', async () => {
    const vip = await automate([text('Again!')], {
      priority: 1,
      conditions: [
        { type: 'has_tag', tag: 'seen' },
        { type: 'attribute', name: 'said', op: 'equals', value: 'hello' },
      ],
    });
    const first = await automate([
      { type: 'add_tag', tag: 'seen' },
      { type: 'add_tag', tag: 'new' },
      { type: 'remove_tag', tag: 'new' },
      { type: 'set_attribute', name: 'said', value: '{{event.text}}' },
    ]);
    expect(await talk.say('hello')).toEqual({ result: 'answered', automation: first });
    expect(await contact()).toMatchObject({ tags: ['seen'], attributes: { said: 'hello' } });
    expect(await talk.say('hello')).toEqual({ result: 'answered', automation: vip });
  });

  it('a pause, which begins with the next event', async () => {
    await automate([{ type: 'pause_automation', ms: 60_000 }, text('Somebody will be with you')]);
    expect(await talk.say('human please')).toMatchObject({ result: 'answered' });
    expect(await talk.say('hello?')).toEqual({ result: 'paused', reason: 'automation' });
    expect(talk.received()).toEqual([message('Somebody will be with you')]);
  });
});

describe('wait', () => {
  it('the rest runs later, in a job of its own, and the conversation goes on meanwhile', async () => {
    const automation = await automate([text('One'), { type: 'wait', ms: 400 }, text('Two')], {
      trigger: { type: 'message', match: { mode: 'exact', keywords: ['go'] } },
    });
    expect(await talk.say('go')).toEqual({ result: 'answered', automation, reason: 'waiting' });
    expect(Object.values((await contact())['waits'] as object)).toEqual([
      { automation, until: expect.any(Date) },
    ]);
    expect(await talk.say('other')).toEqual({ result: 'no_match' });
    const [flow] = await talk.until((jobs) =>
      jobs.filter(({ kind, status }) => kind === 'flow' && status === 'completed'),
    );
    expect(flow!.outcome).toEqual({ result: 'answered', automation });
    expect(talk.received()).toEqual([message('One'), message('Two')]);
    expect((await contact())['waits']).toEqual({});
  });

  it('shows what is to come, but not the secrets in it', async () => {
    const hook = { type: 'call_webhook', url: 'https://hooks.example.org/', secret: 'signs-the-body' };
    await automate([{ type: 'wait', ms: 600_000 }, hook]);
    await talk.say('go');
    const [flow] = await talk.until((jobs) => jobs.filter(({ kind }) => kind === 'flow'));
    const shown = await server.admin('GET', `jobs/${flow!.id}`);
    expect(shown).toMatchObject({ payload: { flow: { actions: [{}, { url: hook.url, secretSet: true }] } } });
    expect(JSON.stringify(shown)).not.toContain(hook.secret);
  });

  it('nothing comes after it for a person who said STOP, or when the automation is gone', async () => {
    const ended = async () => {
      const [flow] = await talk.until((jobs) =>
        jobs.filter(({ kind, status }) => kind === 'flow' && status === 'completed'),
      );
      return flow!.outcome;
    };
    const automation = await automate([text('One'), { type: 'wait', ms: 1000 }, text('Two')]);
    await talk.say('go');
    await talk.say('stop');
    expect(await ended()).toEqual({ result: 'opted_out', automation });
    talk = new Conversation(server, talk.account, '2978000000999999');
    await talk.say('go');
    await server.admin('DELETE', `automations/${automation}`);
    expect(await ended()).toEqual({ result: 'ignored', automation, reason: 'automation_gone' });
    expect(talk.received()).toEqual([message('One')]);
  });

  it('a time that has passed is not waited for', async () => {
    await automate([{ type: 'wait', until: '2020-01-01T00:00:00Z' }, text('Now')]);
    await talk.say('go');
    expect(talk.received()).toEqual([message('Now')]);
  });
});

describe('ask', () => {
  const question = {
    type: 'ask',
    text: 'Your email?',
    attribute: 'email',
    validate: 'email',
    retryText: 'That is no email.',
  };
  const start = { trigger: { type: 'message', match: { mode: 'exact', keywords: ['go'] } } };

  it("the person's next message is the answer, whatever else it would set off", async () => {
    const automation = await automate([question, text('Thanks, {{contact.attributes.email}}!')], start);
    expect(await talk.say('go')).toEqual({ result: 'answered', automation });
    expect(await talk.say('go')).toEqual({ result: 'answered', automation, reason: 'answer_invalid' });
    expect(await talk.say(' ann@example.org ')).toEqual({ result: 'answered', automation });
    expect(await talk.say('hi')).toEqual({ result: 'no_match' });
    expect(talk.received()).toEqual(
      ['Your email?', 'That is no email.', 'Thanks, ann@example.org!'].map(message),
    );
    expect(await contact()).toMatchObject({ attributes: { email: 'ann@example.org' } });
    expect(await contact()).not.toHaveProperty('ask');
  });

  it('after its time a message is a message again', async () => {
    await automate([{ ...question, timeoutMs: 1 }], start);
    await talk.say('go');
    expect(await talk.say('a@b.de', { timestamp: Date.now() + 1000 })).toEqual({ result: 'no_match' });
  });

  it('a message from before it, which comes late, is a message and no answer', async () => {
    await automate([question], start);
    const earlier = { timestamp: Date.now() - 1000 };
    await talk.say('go');
    expect(await talk.say('hi', earlier)).toEqual({ result: 'no_match' });
    expect(await talk.say('a@b.de')).toMatchObject({ result: 'answered' });
  });

  it('a comment is no answer', async () => {
    await automate([question], start);
    await talk.say('go');
    expect(await talk.comment('a@b.de')).toEqual({ result: 'no_match' });
    expect(await talk.say('a@b.de')).toMatchObject({ result: 'answered' });
  });

  it('STOP ends it', async () => {
    await automate([question], start);
    await talk.say('go');
    expect(await talk.say('stop')).toEqual({ result: 'opted_out', reason: 'stop' });
    await talk.say('start');
    expect(await talk.say('a@b.de')).toEqual({ result: 'no_match' });
  });

  it('on a comment: the question is its private reply, and the answer comes as a message', async () => {
    const automation = await automate([question, text('Thanks')], { trigger: { type: 'comment' } });
    expect(await talk.comment('hi', { commentId: '18050000000000002' })).toMatchObject({ automation });
    expect(await talk.say('a@b.de')).toEqual({ result: 'answered', automation });
    expect(talk.received().at(-1)).toEqual(message('Thanks'));
  });
});

describe('call_webhook', () => {
  it('posts the event and the contact, signed', async () => {
    const automation = await automate([
      { type: 'add_tag', tag: 'lead' },
      { type: 'call_webhook', url: webhookUrl, secret: 'a secret of ours' },
    ]);
    await talk.say('hello');
    expect(received).toHaveLength(1);
    const { headers, body } = received[0]!;
    const digest = createHmac('sha256', 'a secret of ours').update(body).digest('hex');
    expect(headers['x-chatautodm-signature-256']).toBe(`sha256=${digest}`);
    expect(JSON.parse(body)).toMatchObject({
      automation,
      account: talk.account,
      event: { kind: 'message', text: 'hello' },
      contact: { id: talk.person, tags: ['lead'] },
    });
  });

  it('is tried again, and in the end gives way to what follows it', async () => {
    answerStatus = 503;
    const automation = await automate([{ type: 'call_webhook', url: webhookUrl }, text('Hi')]);
    expect(await talk.say('hello')).toEqual({ result: 'answered', automation });
    expect(received).toHaveLength(3);
    expect(new Set(received.map(({ headers }) => headers['x-chatautodm-delivery'])).size).toBe(1);
    expect(talk.received()).toEqual([message('Hi')]);
  });

  it.each([
    [404, 1],
    [429, 3],
  ])('is asked once more after %d, or not', async (status, calls) => {
    answerStatus = status;
    await automate([{ type: 'call_webhook', url: webhookUrl }, text('Hi')]);
    expect(await talk.say('hello')).toMatchObject({ result: 'answered' });
    expect(received).toHaveLength(calls);
    expect(talk.received()).toEqual([message('Hi')]);
  });

  it('judges an address again when it calls: automations may be older than what is allowed', async () => {
    const call = server.get(OutboundClient).post('http://127.0.0.2:1/', '{}', {}, AbortSignal.timeout(5000));
    await expect(call).rejects.toMatchObject({ code: 'address_not_public' });
  });

  it('does not follow a redirect', async () => {
    answerStatus = 302;
    await automate([{ type: 'call_webhook', url: webhookUrl }, text('Hi')]);
    expect(await talk.say('hello')).toMatchObject({ result: 'answered' });
    expect(received).toHaveLength(1);
  });

  it('does not connect to a name that resolves to a private address', async () => {
    const { port } = receiver.address() as AddressInfo;
    const outbound = server.get(OutboundClient);
    let lookups = 0;
    outbound.resolve = ((_name: string, _options: object, done: (...args: unknown[]) => void) => {
      lookups += 1;
      done(null, [
        { address: '93.184.216.34', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ]);
    }) as never;
    await automate([{ type: 'call_webhook', url: `http://rebind.example.org:${port}/` }, text('Hi')]);
    expect(await talk.say('hello')).toMatchObject({ result: 'answered' });
    expect({ lookups, received }).toEqual({ lookups: 1, received: [] });
    expect(await server.messages.findOne({ account: talk.account, type: 'call_webhook' })).toMatchObject({
      status: 'failed',
      error: 'address_not_public',
    });
  });
});
