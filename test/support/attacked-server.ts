import { messageWebhook } from '../../src/instagram/webhook-samples.js';
import { SandboxServer } from '../../src/instagram/sandbox/sandbox-server.js';
import type { ApiDocument } from '../../src/monitoring/api-docs/api-document.js';
import { SimulatorModule } from '../../src/sandbox/simulator/simulator.module.js';
import { startServer } from '../../src/server.js';
import { adminRoutesOf, type AdminRoute } from './api-attacks.js';
import { testConfig, testSecrets } from './test-config.js';
import { TestServer } from './test-server.js';
import { WebhookStore } from './webhook-store.js';

export const READ_TOKEN = 'test-read-token-0123456789abcdefgh';
/** Never ends, and takes nothing. */
const STREAM = '/api/admin/events';
const CALL_TIMEOUT_MS = 5000;
/** What attacks must leave as it is. */
const KEPT = ['accounts', 'automations', 'contacts', 'messages', 'jobs', 'webhook_logs'];

const account = '17841400000000066';
const person = '2978000000000066';
const contact = `${account}:${person}`;

export const automation = {
  account,
  name: 'Price',
  enabled: true,
  priority: 1,
  trigger: { type: 'message', match: { mode: 'word', keywords: ['price'], exclude: ['no'] } },
  conditions: [{ type: 'lacks_tag', tag: 'b' }],
  actions: [
    {
      type: 'send_message',
      text: '49 EUR',
      buttons: [{ type: 'url', title: 'Shop', url: 'https://a.example' }],
    },
    { type: 'set_attribute', name: 'size', value: 'L' },
  ],
};

export interface Answer {
  status: number;
  json: unknown;
}

export interface Call {
  /** Null for none; by default the admin token. */
  token?: string | null;
  headers?: Record<string, string>;
  /** A text is sent as it is. */
  body?: unknown;
}

/** A server, sandbox routes included, that has one of everything that its admin routes are about. */
export class AttackedServer {
  private constructor(
    private readonly server: TestServer,
    readonly allRoutes: readonly AdminRoute[],
    /** Real ids, by the part of the address that they stand behind. */
    private readonly ids: Readonly<Record<string, string>>,
  ) {}

  static async start(): Promise<AttackedServer> {
    const sandbox = new SandboxServer();
    const { url } = await sandbox.listen();
    const config = testConfig({ INSTAGRAM_GRAPH_URL: url, ADMIN_READ_TOKENS: READ_TOKEN });
    const modules = [SimulatorModule.forRoot(sandbox)];
    const server = TestServer.of(await startServer(config, false, undefined, modules), sandbox);
    const document = (await (await fetch(`${server.url}/api/docs/openapi.json`)).json()) as ApiDocument;
    return new AttackedServer(server, adminRoutesOf(document), await fill(server));
  }

  get url(): string {
    return this.server.url;
  }

  /** But for the stream. */
  get routes(): readonly AdminRoute[] {
    return this.allRoutes.filter(({ path }) => path !== STREAM);
  }

  /** The address of the route, for what is there, or else for what is not. */
  addressOf({ path }: AdminRoute, real: boolean): string {
    return path.replaceAll(/([\w-]+)\/\{\w+\}/g, (_all, kind: string) => {
      if (real && this.ids[kind] === undefined) throw new Error(`no id for ${path}: make one here`);
      return `${kind}/${real ? this.ids[kind] : '65f000000000000000000000'}`;
    });
  }

  async call(
    method: string,
    path: string,
    { token = testSecrets.adminToken, headers, body }: Call = {},
  ): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      // Whoever gets into the stream would listen for ever.
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      headers: {
        ...(token !== null && { Authorization: `Bearer ${token}` }),
        'Content-Type': 'application/json',
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    return { status: response.status, json: isJson ? JSON.parse(text) : text };
  }

  /** The status of a delivery of a new message. */
  async deliver(mid: string): Promise<number> {
    return (await this.server.post(messageWebhook({ account, person, mid, text: 'price' }))).status;
  }

  /** That of a body that Instagram's secret has signed. */
  async deliverRaw(body: string): Promise<number> {
    return (await this.server.post(body)).status;
  }

  /** The JSON of an envelope whose one item holds this message. */
  envelopeWith(message: string): string {
    const item = `{"sender":{"id":"${person}"},"recipient":{"id":"${account}"},"timestamp":1,"message":${message}}`;
    return `{"object":"instagram","entry":[{"id":"${account}","time":1,"messaging":[${item}]}]}`;
  }

  /** All that is stored and that attacks might be after. */
  async kept(...more: string[]): Promise<string> {
    const found = await Promise.all(
      [...KEPT, ...more].map((name) => this.server.collection(name).find().toArray()),
    );
    return JSON.stringify(found);
  }

  resumeQueue(): Promise<unknown> {
    return this.server.admin('POST', 'queue/resume');
  }

  close(): Promise<void> {
    return this.server.close();
  }
}

async function fill(server: TestServer): Promise<Record<string, string>> {
  await server.admin('POST', 'accounts', {
    instagramId: account,
    username: 'shop',
    accessToken: 'IGAAtoken',
  });
  const { id } = (await server.admin('POST', 'automations', automation)) as { id: string };
  await server.post(messageWebhook({ account, person, mid: 'm1', text: 'price' }));
  const store = new WebhookStore(server.server);
  await store.finished(1);
  const [job] = await store.jobs();
  const [log] = await store.logs();
  return {
    accounts: account,
    automations: id,
    contacts: contact,
    conversations: contact,
    jobs: String(job!._id),
    'webhook-logs': String(log!._id),
  };
}
