import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DemoProcess } from './child-process.js';
import { AdminApi, journal, queueStats, sandboxStats } from './demo-api.js';
import { checkAnswers } from './demo-check.js';
import { accountId, automationsFor, isRedelivered, totalAnswers, type DemoPlan } from './demo-plan.js';
import { DemoProgress } from './demo-progress.js';
import { toResult, type DemoResult } from './demo-report.js';
import { SERVER_NODE_OPTIONS } from './server-options.js';
import type { LoadOrder, LoadProgress } from './load.js';
import type { ProcessUsage } from './usage-probe.js';

export interface DemoOptions extends DemoPlan {
  connections: number;
  /** How long the stand-in for Instagram takes to answer. */
  latencyMs: number;
  /** A database to use in place of the embedded store; it must be empty. */
  mongodbUri?: string;
  /** Show no progress. */
  quiet?: boolean;
  /** Where to write CPU profiles of the server's threads. */
  cpuProf?: string;
  /** For the embedded store and the logs of the processes. */
  dir: string;
}

const SECRETS = {
  META_APP_SECRET: 'demo-app-secret',
  META_VERIFY_TOKEN: 'demo-verify-token',
  ADMIN_TOKEN: 'demo-admin-token-demo-admin-token',
  ENCRYPTION_KEY: 'de'.repeat(32),
};
const LOOK_EVERY_MS = 200;
/** Without a new answer for so long, what is missing will not come. */
const STALLED_AFTER_MS = 30_000;

/** Runs the main job at full size in processes of their own and measures it. */
export class DemoRun {
  private readonly processes: DemoProcess[] = [];

  constructor(private readonly options: DemoOptions) {}

  async run(say: (text: string) => void): Promise<DemoResult> {
    const { accounts } = this.options;
    const sandboxUrl = await this.startSandbox();
    const { server, url } = await this.startServer(sandboxUrl);
    say(`Server on ${url}, stand-in for Instagram on ${sandboxUrl}. Connecting ${accounts} accounts …`);
    await connectAccounts(new AdminApi(url, SECRETS.ADMIN_TOKEN), accounts);
    const startedAt = Date.now();
    const load = await this.load(url, sandboxUrl, startedAt);
    const usage = await server.ask<ProcessUsage>('usage');
    const check = await checkAnswers(journal(sandboxUrl), this.options);
    return toResult({ plan: this.options, load, check, usage, startedAt });
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map((child) => child.stop()));
  }

  private start(
    options: Omit<Parameters<typeof DemoProcess.start>[0], 'logFile'>,
    name: string,
  ): DemoProcess {
    const started = DemoProcess.start({ ...options, logFile: join(this.options.dir, `${name}.log`) });
    this.processes.push(started);
    return started;
  }

  private async startSandbox(): Promise<string> {
    const args = ['--latency-ms', String(this.options.latencyMs)];
    const sandbox = this.start({ module: '../instagram/sandbox/main.js', args }, 'sandbox');
    return (await sandbox.outputMatching(/http:\/\/\S+/))[0].replace(/\/$/, '');
  }

  private async startServer(sandboxUrl: string): Promise<{ server: DemoProcess; url: string }> {
    const env = {
      ...SECRETS,
      NODE_ENV: 'development',
      HOST: '127.0.0.1',
      PORT: String(await freePort()),
      MONGODB_URI: this.options.mongodbUri ?? '',
      DATA_DIR: join(this.options.dir, 'data'),
      INSTAGRAM_GRAPH_URL: sandboxUrl,
    };
    const probe = new URL('./usage-probe.js', import.meta.url).href;
    const { cpuProf } = this.options;
    const profile = cpuProf === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', cpuProf];
    const server = this.start(
      { module: '../main.js', env, execArgv: [...SERVER_NODE_OPTIONS, '--import', probe, ...profile] },
      'server',
    );
    const [, url] = await server.outputMatching(/listening on (http:\/\/[^\s"]+)/);
    return { server, url: url! };
  }

  /** Posts everything and waits until everything is answered, or nothing more comes. */
  private async load(url: string, sandboxUrl: string, startedAt: number): Promise<LoadProgress> {
    const { events, accounts, connections } = this.options;
    const answers = totalAnswers(this.options);
    const redelivered = Array.from({ length: events }, (_, n) => n).filter(isRedelivered).length;
    const progress = new DemoProgress(events + redelivered, answers, this.options.quiet ?? false);
    const sender = this.start({ module: './load.js' }, 'load');
    let load: LoadProgress = { type: 'progress', posted: 0, accepted: 0, refused: 0 };
    sender.child.on('message', (message) => (load = message as LoadProgress));
    const ended = once(sender.child, 'exit');
    const order: LoadOrder = {
      url,
      secret: SECRETS.META_APP_SECRET,
      events,
      accounts,
      connections,
      startedAt,
    };
    sender.child.send(order);

    let answered = 0;
    let lastChange = performance.now();
    while (performance.now() - lastChange < STALLED_AFTER_MS) {
      await sleep(LOOK_EVERY_MS);
      const { sends, publicReplies } = await sandboxStats(sandboxUrl);
      if (sends + publicReplies !== answered) lastChange = performance.now();
      answered = sends + publicReplies;
      progress.show(load.accepted, answered);
      if (load.type === 'done' && (await isIdle(url))) break;
    }
    progress.stop();
    if (load.type === 'done') await ended;
    return load;
  }
}

async function isIdle(url: string): Promise<boolean> {
  const { pending, processing, retrying } = await queueStats(url);
  return pending + processing + retrying === 0;
}

async function connectAccounts(api: AdminApi, accounts: number): Promise<void> {
  await Promise.all(
    Array.from({ length: accounts }, async (_, index) => {
      const id = accountId(index);
      await api.post('accounts', {
        instagramId: id,
        username: `demo_shop_${index}`,
        accessToken: `IGAA-demo-${index}`,
      });
      for (const automation of automationsFor(id)) await api.post('automations', automation);
    }),
  );
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
