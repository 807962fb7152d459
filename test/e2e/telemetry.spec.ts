import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { SandboxServer } from '../../src/instagram/sandbox/sandbox-server.js';
import { startServerProcess, type ServerProcess } from '../support/server-process.js';
import { makeTempDir, removeTempDir } from '../support/temp-dir.js';
import { testSecrets } from '../support/test-config.js';
import { adminCall, postWebhook } from '../support/webhook-client.js';

interface ReceivedSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  attributes: { key: string; value: { stringValue?: string } }[];
}

interface OtlpRequest {
  resourceSpans: { resource: ReceivedSpan; scopeSpans: { spans: ReceivedSpan[] }[] }[];
}

const account = '17841400000000001';
const message = { mid: 'mid-of-the-question', text: 'a private price question' };

describe('one event, from its delivery to the answer', () => {
  const spans: ReceivedSpan[] = [];
  const resources: ReceivedSpan[] = [];
  const sandbox = new SandboxServer();
  let receiver: Server;
  let dataDir: string;
  let server: ServerProcess;

  beforeAll(async () => {
    const receive = async (request: IncomingMessage, response: ServerResponse) => {
      for (const { resource, scopeSpans } of ((await json(request)) as OtlpRequest).resourceSpans) {
        resources.push(resource);
        spans.push(...scopeSpans.flatMap((scope) => scope.spans));
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    };
    receiver = createServer((...exchange) => void receive(...exchange)).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const { url: graphUrl } = await sandbox.listen();
    dataDir = await makeTempDir();
    server = await startServerProcess({
      DATA_DIR: dataDir,
      LOG_LEVEL: 'debug',
      META_APP_SECRET: testSecrets.appSecret,
      ADMIN_TOKEN: testSecrets.adminToken,
      ENCRYPTION_KEY: testSecrets.encryptionKey,
      INSTAGRAM_GRAPH_URL: graphUrl,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    });
    const admin = (path: string, body: object) =>
      adminCall(server.url, testSecrets.adminToken, 'POST', path, body);
    await admin('accounts', { instagramId: account, username: 'shop', accessToken: 'IGAAsecret' });
    await admin('automations', {
      account,
      name: 'Price',
      trigger: { type: 'message', match: { mode: 'contains', keywords: ['price'] } },
      actions: [{ type: 'send_message', text: 'the private answer' }],
    });
    const item = { sender: { id: '9001' }, recipient: { id: account }, timestamp: Date.now(), message };
    const body = { object: 'instagram', entry: [{ id: account, time: Date.now(), messaging: [item] }] };
    await postWebhook(server.url, body, testSecrets.appSecret);
    await server.process.line(/"msg":"job"/);
    // A shutdown in good order sends what is left of the trace.
    await server.process.kill('SIGTERM');
  }, 60_000);

  afterAll(async () => {
    await server.process.kill('SIGKILL');
    receiver.close();
    await sandbox.close();
    await removeTempDir(dataDir);
  });

  it('is one trace, each part within the one that made it', () => {
    const delivery = spans.find(({ name }) => name === 'delivery')!;
    expect(delivery.parentSpanId).toBeUndefined();
    const inTrace = spans.filter(({ traceId }) => traceId === delivery.traceId);
    const nameOf = (id: string | undefined) => inTrace.find(({ spanId }) => spanId === id)?.name;
    expect(Object.fromEntries(inTrace.map(({ name, parentSpanId }) => [name, nameOf(parentSpanId)]))).toEqual(
      {
        delivery: undefined,
        'store delivery': 'delivery',
        'job message': 'delivery',
        automation: 'job message',
        'graph send_message': 'automation',
      },
    );
  });

  it('says which service and job it was, and nothing that people wrote', () => {
    const attributesOf = ({ attributes }: ReceivedSpan) =>
      Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]));
    expect(attributesOf(resources[0]!)).toMatchObject({ 'service.name': 'chatautodm' });
    expect(attributesOf(spans.find(({ name }) => name === 'job message')!)).toMatchObject({
      'chatautodm.job.end': 'completed',
      'chatautodm.job.result': 'answered',
    });
    expect(JSON.stringify([spans, resources])).not.toMatch(/private|IGAA/);
  });

  it('has a line of its delivery and one of its job, joined by ids, without what people wrote', () => {
    const lines = server.process.lines.flatMap((line) =>
      line.startsWith('{') ? [JSON.parse(line) as Record<string, unknown>] : [],
    );
    const delivery = lines.find(({ msg }) => msg === 'delivery')!;
    const job = lines.find(({ msg }) => msg === 'job')!;
    expect(delivery).toMatchObject({ level: 'debug', jobs: [job['job']], duplicates: 0, signedBy: 0 });
    expect(job).toMatchObject({
      level: 'debug',
      kind: 'message',
      end: 'completed',
      result: 'answered',
      account,
      attempt: 1,
      sent: [expect.any(String)],
      trace: spans.find(({ name }) => name === 'delivery')!.traceId,
    });
    expect(server.process.output).not.toMatch(/private|IGAAsecret/);
  });
});
