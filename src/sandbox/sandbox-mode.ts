import type { AppConfig } from '../config/app-config.js';
import type { DynamicModule } from '@nestjs/common';
import { SandboxServer } from '../instagram/sandbox/sandbox-server.js';
import { WEBHOOK_PATH } from '../webhooks/webhook-path.js';
import { SimulatorModule } from './simulator/simulator.module.js';
import { describeSend, welcomeText } from './welcome.js';

/**
 * What a server without an app secret is outside production: it answers webhooks that it signs itself, from a demo
 * account, to a stand-in for Instagram. Nothing reaches Instagram.
 */
export class SandboxMode {
  private constructor(
    /** The configuration with the stand-in's address in it. */
    readonly config: AppConfig,
    private readonly standIn: SandboxServer | undefined,
  ) {}

  static async start(config: AppConfig): Promise<SandboxMode> {
    if (config.graph.baseUrl !== undefined) return new SandboxMode(config, undefined);
    const standIn = new SandboxServer({
      rateLimits: true,
      onSend: (entry) => process.stdout.write(`${describeSend(entry)}\n`),
    });
    const { url } = await standIn.listen();
    const login = {
      ...config.graph.login,
      appId: config.graph.login.appId ?? 'sandbox',
      authorizeUrl: `${url}/oauth/authorize`,
      tokenUrl: `${url}/oauth/access_token`,
    };
    return new SandboxMode({ ...config, graph: { ...config.graph, baseUrl: url, login } }, standIn);
  }

  /** What a server has in the sandbox alone. */
  modules(): DynamicModule[] {
    return this.standIn ? [SimulatorModule.forRoot(this.standIn)] : [];
  }

  /** Has the stand-in report back to this server what was sent, as Instagram does. */
  reportBackTo(url: string): void {
    this.standIn?.reportEchoesTo(`${url}${WEBHOOK_PATH}`, this.config.meta.appSecrets[0]!);
  }

  /** Says what can be done now. */
  welcome(url: string): void {
    process.stdout.write(welcomeText(this.config, url, this.standIn !== undefined));
  }

  async close(): Promise<void> {
    await this.standIn?.close();
  }
}
