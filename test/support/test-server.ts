import type { Type } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import type { ContactDocument } from '../../src/automation/contacts/contact.schema.js';
import type { MessageDocument } from '../../src/automation/outbox/message.schema.js';
import { SandboxServer, type SandboxServerOptions } from '../../src/instagram/sandbox/sandbox-server.js';
import { startServer, type RunningServer } from '../../src/server.js';
import { testConfig, testSecrets } from './test-config.js';
import { adminCall, postWebhook } from './webhook-client.js';

/** The whole application in the test's process, on a fresh database, with a stand-in for Instagram. */
export class TestServer {
  private constructor(
    readonly server: RunningServer,
    readonly sandbox: SandboxServer,
  ) {}

  /** Takes a server that was started otherwise. */
  static of(server: RunningServer, sandbox: SandboxServer): TestServer {
    return new TestServer(server, sandbox);
  }

  static async start(
    environment: Record<string, string> = {},
    options: SandboxServerOptions = {},
  ): Promise<TestServer> {
    const sandbox = new SandboxServer(options);
    const { url } = await sandbox.listen();
    const config = testConfig({ INSTAGRAM_GRAPH_URL: url, ...environment });
    return new TestServer(await startServer(config, false), sandbox);
  }

  get url(): string {
    return this.server.url;
  }

  post(body: object | string): Promise<Response> {
    return postWebhook(this.url, body, testSecrets.appSecret);
  }

  admin(method: string, path: string, body?: object): Promise<unknown> {
    return adminCall(this.url, testSecrets.adminToken, method, path, body);
  }

  /** Any provider of the application. */
  get<T>(provider: Type<T>): T {
    return this.server.app.get(provider, { strict: false });
  }

  get contacts() {
    return this.collection<ContactDocument>('contacts');
  }

  get messages() {
    return this.collection<MessageDocument>('messages');
  }

  collection<T extends object>(name: string) {
    return this.server.app.get<Connection>(getConnectionToken()).collection<T>(name);
  }

  /** What was sent to Instagram so far: texts in order. */
  get sent(): unknown[] {
    return this.sandbox.state.journal.page(0, 10_000).map(({ content }) => content);
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.sandbox.close();
  }
}
