import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { Pool } from 'undici';
import { GraphClient } from './graph.client.js';
import { exchange } from './graph-exchange.js';
import { GraphError } from './graph.errors.js';

const account = { instagramId: '17841400000000001', accessToken: 'IGAAsecretToken' };
const person = { id: '2978000000000001' };

type Answer = (request: IncomingMessage, body: string, response: ServerResponse) => void;

/** The raw bytes of HTTP, since the sandbox would never answer as these tests need. */
class ScriptedServer {
  private readonly server: Server;
  answer: Answer = (_request, _body, response) => response.end('{}');
  received: { method?: string; url?: string; headers: IncomingMessage['headers']; body: string }[] = [];

  constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        this.received.push({ method: request.method, url: request.url, headers: request.headers, body });
        this.answer(request, body, response);
      });
    });
  }

  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

const json = (body: string, status = 200): Answer => {
  return (_request, _body, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
};

const failureOf = async (call: Promise<unknown>): Promise<GraphError> => {
  const failure: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(GraphError);
  return failure as GraphError;
};

describe('GraphClient', () => {
  let server: ScriptedServer;
  let client: GraphClient;
  let baseUrl: string;

  const clientWith = (options: { timeoutMs?: number; connections?: number; baseUrl?: string } = {}) =>
    new GraphClient({ baseUrl, version: 'v25.0', timeoutMs: 5000, connections: 4, ...options });
  const send = (signal?: AbortSignal) =>
    client.sendMessage(account, person, { text: 'a private text' }, signal);
  beforeEach(async () => {
    server = new ScriptedServer();
    baseUrl = await server.listen();
    client = clientWith();
  });

  afterEach(async () => {
    await client.close();
    await server.close();
  });

  it('posts a message with the token in the header alone', async () => {
    server.answer = json('{"recipient_id":"2978000000000001","message_id":"aWdf1"}');
    await expect(send()).resolves.toEqual({ messageId: 'aWdf1', recipientId: '2978000000000001' });
    const [call] = server.received;
    expect(call).toMatchObject({ method: 'POST', url: '/v25.0/17841400000000001/messages' });
    expect(call!.headers.authorization).toBe('Bearer IGAAsecretToken');
    expect(JSON.parse(call!.body)).toEqual({ recipient: person, message: { text: 'a private text' } });
  });

  it('posts a public reply and reads a profile', async () => {
    server.answer = json('{"id":"1805"}');
    await expect(client.replyToComment(account, '1804', 'Thanks')).resolves.toEqual({ id: '1805' });
    server.answer = json('{"name":"Ann","username":"ann_1","id":"2978000000000001"}');
    await expect(client.getProfile(account, person.id)).resolves.toEqual({ name: 'Ann', username: 'ann_1' });
    expect(server.received.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['POST', '/v25.0/1804/replies', '{"message":"Thanks"}'],
      ['GET', '/v25.0/2978000000000001?fields=name,username,is_user_follow_business', ''],
    ]);
  });

  it('keeps ids that come as big bare numbers exact', async () => {
    server.answer = json('{"recipient_id":17841400000000001,"message_id":9007199254740993}');
    await expect(send()).resolves.toEqual({
      messageId: '9007199254740993',
      recipientId: '17841400000000001',
    });
  });

  it('puts ids into the path so that they cannot change it', async () => {
    server.answer = json('{"id":"1"}');
    await client.replyToComment(account, '../me?access_token=x#', 'hi');
    expect(server.received[0]!.url).toBe('/v25.0/..%2Fme%3Faccess_token%3Dx%23/replies');
  });

  it('keeps the path of its base URL', async () => {
    client = clientWith({ baseUrl: `${baseUrl}/graph/` });
    await client.getProfile(account, '1');
    expect(server.received[0]!.url).toBe('/graph/v25.0/1?fields=name,username,is_user_follow_business');
  });

  it.each([
    ['cut off', '{"message_id":"aWd'],
    ['no JSON', '<html>'],
    ['empty', ''],
    ['a list', '[]'],
    ['without an id', '{"recipient_id":"1"}'],
    ['with an empty id', '{"message_id":""}'],
    ['with an object for an id', '{"message_id":{}}'],
  ])('takes a 200 whose body is %s for perhaps delivered', async (_what, body) => {
    server.answer = json(body);
    expect(await failureOf(send())).toMatchObject({
      kind: 'transient',
      delivery: 'unknown',
      httpStatus: 200,
    });
  });

  it('takes an error object for an error under any status', async () => {
    server.answer = json('{"error":{"code":10,"error_subcode":2534022}}');
    expect(await failureOf(send())).toMatchObject({ kind: 'outside_window', delivery: 'refused' });
  });

  it('follows no redirect', async () => {
    server.answer = (_request, _body, response) => response.writeHead(302, { location: '/elsewhere' }).end();
    expect(await failureOf(send())).toMatchObject({ kind: 'invalid', httpStatus: 302 });
    expect(server.received).toHaveLength(1);
  });

  it('refuses an endless answer', async () => {
    server.answer = json(`{"message_id":"${'x'.repeat(2 * 1024 * 1024)}"}`);
    expect(await failureOf(send())).toMatchObject({ kind: 'transient', delivery: 'unknown' });
  });

  it('knows that nothing was sent when no connection is made', async () => {
    const unused = createTcpServer().listen(0, '127.0.0.1');
    await once(unused, 'listening');
    const { port } = unused.address() as AddressInfo;
    unused.close();
    await once(unused, 'close');
    client = clientWith({ baseUrl: `http://127.0.0.1:${port}` });
    const failure = await failureOf(send());
    expect(failure).toMatchObject({ kind: 'transient', delivery: 'refused' });
    expect(failure.cause).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('does not know what became of a call whose connection was cut after it was written', async () => {
    server.answer = (request) => request.socket.destroy();
    expect(await failureOf(send())).toMatchObject({ kind: 'transient', delivery: 'unknown' });
  });

  it('does not know what became of a call whose answer was cut in the middle', async () => {
    server.answer = (request, _body, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('{"message_id":');
      setImmediate(() => request.socket.destroy());
    };
    expect(await failureOf(send())).toMatchObject({ kind: 'transient', delivery: 'unknown' });
  });

  it('gives up after the timeout, which also ends the connection', async () => {
    const cut = new Promise<void>((resolve) => {
      server.answer = (request) => request.socket.once('close', () => resolve());
    });
    client = clientWith({ timeoutMs: 50 });
    expect(await failureOf(send())).toMatchObject({ kind: 'transient', delivery: 'unknown' });
    await cut;
  });

  it('gives up after the timeout on an answer that never ends', async () => {
    server.answer = (_request, _body, response) => response.writeHead(200).write('{');
    client = clientWith({ timeoutMs: 50 });
    expect(await failureOf(send())).toMatchObject({ kind: 'transient', delivery: 'unknown' });
  });

  it('knows that a call which found no free connection in time was not sent, and never sends it later', async () => {
    const pool = new Pool(baseUrl, { connections: 1 });
    const call = (timeoutMs: number) =>
      exchange(pool, { method: 'POST', path: '/', headers: {}, body: '{}' }, timeoutMs);
    let answer = () => {};
    const arrived = new Promise<void>((resolve) => {
      server.answer = (_request, _body, response) => {
        answer = () => response.end('{}');
        resolve();
      };
    });
    // The connection must not become free at the moment at which the second call gives up: that would be a race.
    const first = call(60_000);
    await arrived;
    expect(await failureOf(call(50))).toMatchObject({ delivery: 'refused' });
    answer();
    await expect(first).resolves.toMatchObject({ status: 200 });
    server.answer = json('{}');
    await expect(call(60_000)).resolves.toMatchObject({ status: 200 });
    expect(server.received).toHaveLength(2);
    await pool.close();
  });

  it('ends at once when its signal aborts, before or after the call was written', async () => {
    const early = await failureOf(send(AbortSignal.abort(new Error('lease lost'))));
    expect(early).toMatchObject({ delivery: 'refused', cause: { message: 'lease lost' } });
    expect(server.received).toHaveLength(0);
    const abort = new AbortController();
    server.answer = () => abort.abort();
    expect(await failureOf(send(abort.signal))).toMatchObject({ kind: 'transient', delivery: 'unknown' });
  });

  it('refuses a token that no header can carry, without a call', async () => {
    const bad = { ...account, accessToken: 'IGAA\r\nx-evil: 1' };
    const failure = await failureOf(client.getProfile(bad, '1'));
    expect(failure).toMatchObject({ kind: 'token', delivery: 'refused' });
    expect(server.received).toHaveLength(0);
  });

  it('fails later calls as not sent once it is closed', async () => {
    await client.close();
    expect(await failureOf(send())).toMatchObject({ kind: 'transient', delivery: 'refused' });
    client = clientWith();
  });

  it.each<[string, Answer]>([
    [
      'an error answer',
      json('{"error":{"message":"Malformed access token IGAAsecretToken","code":190}}', 400),
    ],
    ['a broken answer', json('IGAAsecretToken a private text')],
    ['a cut connection', (request) => request.socket.destroy()],
  ])('keeps tokens and texts out of the error for %s', async (_what, answer) => {
    server.answer = answer;
    const failure = await failureOf(send());
    const everything = [
      failure.stack,
      JSON.stringify(failure),
      inspect(failure, { depth: null, showHidden: true }),
    ].join('\n');
    expect(everything).not.toContain('IGAAsecretToken');
    expect(everything).not.toContain('a private text');
  });
});
