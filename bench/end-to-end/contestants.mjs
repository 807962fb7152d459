import { SERVER_NODE_OPTIONS } from '../../dist/demo/server-options.js';
import { AdminApi, queueStats } from '../../dist/demo/demo-api.js';
import { dataDirOf, message } from './processes.mjs';
import { accountId, automationOf } from './workload.mjs';

/* What is measured: the server, the ceiling that it is held against, and BullMQ on Redis. */

export const SECRETS = {
  META_APP_SECRET: 'bench-app-secret',
  META_VERIFY_TOKEN: 'bench-verify-token',
  ADMIN_TOKEN: 'bench-admin-token-bench-admin-token',
  ENCRYPTION_KEY: 'be'.repeat(32),
};

/** Starts it and resolves once it takes requests: with its process, its address, and how to tell that it has settled. */
export async function startCeiling(processes, { graphUrl, graphConnections, cpuProf }) {
  const args = [graphUrl, SECRETS.META_APP_SECRET, graphConnections];
  const process = processes.start('ceiling.mjs', {
    args,
    env: { NODE_ENV: 'production' },
    execArgv: profiling(cpuProf),
  });
  const { url } = await message(process, 'listening');
  return { process, url, settled: async () => {} };
}

/**
 * `bullmq` as most would use it, with a sync a second; `bullmq-disk` has each event on disk when it is acknowledged, as the
 * server has; `bullmq-all` keeps besides what the server keeps.
 */
export async function startBullmq(processes, { contestant, graphUrl, graphConnections, cpuProf }) {
  const process = processes.start('bullmq.mjs', {
    args: [
      graphUrl,
      SECRETS.META_APP_SECRET,
      graphConnections,
      contestant === 'bullmq' ? 'everysec' : 'always',
      contestant === 'bullmq-all',
    ],
    env: { NODE_ENV: 'production' },
    execArgv: profiling(cpuProf),
  });
  const { url, beside } = await message(process, 'listening');
  return { process, beside, url, settled: async () => {} };
}

/** `heldElsewhere`: jobs in the store that another process runs, and that this one will not end. */
export async function startServer(
  processes,
  { graphUrl, cpuProf, execArgv = [], env = {}, heldElsewhere = 0 },
) {
  const process = processes.start('../../dist/main.js', {
    env: {
      ...SECRETS,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: '0',
      MONGODB_URI: '',
      DATA_DIR: dataDirOf(processes),
      INSTAGRAM_GRAPH_URL: graphUrl,
      ...env,
    },
    execArgv: [...SERVER_NODE_OPTIONS, ...execArgv, ...profiling(cpuProf)],
  });
  const [, url] = await process.outputMatching(/listening on (http:\/\/[^\s"]+)/);
  return { process, url, settled: () => settled(url, heldElsewhere) };
}

/** Accounts, those of the load unless others are named by the first, each with the rule that answers it. */
export async function connectAccounts(url, accounts, first = 0) {
  const api = new AdminApi(url, SECRETS.ADMIN_TOKEN);
  const connect = async (_, index) => {
    const instagramId = accountId(first + index);
    await api.post('accounts', {
      instagramId,
      username: `bench_shop_${index}`,
      accessToken: `IGAA-bench-${instagramId}`,
    });
    await api.post('automations', automationOf(instagramId));
  };
  await Promise.all(Array.from({ length: accounts }, connect));
}

const SETTLE_LIMIT_MS = 10_000;

/** Once the ends of all runs are written: what was left to do after the last send counts as work too. */
async function settled(url, heldElsewhere) {
  const deadline = performance.now() + SETTLE_LIMIT_MS;
  while (performance.now() < deadline) {
    const { processing } = await queueStats(url);
    if (processing <= heldElsewhere) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('jobs are still under way long after their answers were sent');
}

const profiling = (dir) => (dir === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', dir]);
