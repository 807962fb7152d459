import type { AppConfig } from '../../config/app-config.js';
import { ConfigError } from '../../config/config.errors.js';
import { readEnvironment } from '../../config/read-environment.js';
import { localServerUrl } from '../server-url.js';
import { withApplication } from '../with-store.js';
import { checkAccounts } from './account.checks.js';
import { checkDataDir } from './data-dir.checks.js';
import { checkDatabase } from './database.checks.js';
import { fail, ok, type Finding } from './finding.js';
import { checkQueue } from './queue.checks.js';
import { checkCallback, checkDeliveries, checkGraph, checkServer } from './reach.checks.js';
import { checkSecrets } from './secret.checks.js';

export interface ExaminationOptions {
  /** Where a server should answer; by default as the configuration says. */
  url?: string;
  /** Asks neither Instagram nor the public URL. */
  offline?: boolean;
}

/** All checks, in the order in which one would mend things. Gives findings as they come: some take seconds. */
export async function* examine(options: ExaminationOptions): AsyncGenerator<Finding> {
  const read = configuration();
  yield* read.findings;
  const { config } = read;
  if (!config) return;
  yield* checkSecrets(config);
  yield* await checkDataDir(config);
  yield await checkServer(options.url ?? localServerUrl(config));
  if (!options.offline) {
    yield await checkGraph(config);
    yield* await checkCallback(config);
  }
  yield* await stored(!options.offline && config.graph.baseUrl !== undefined);
}

function configuration(): { config?: AppConfig; findings: Finding[] } {
  try {
    const { config } = readEnvironment();
    const mode = config.server.production ? 'production' : config.server.sandbox ? 'sandbox' : 'development';
    return { config, findings: [ok('configuration', `valid (${mode})`)] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const advice = 'the README has a table of all variables; nothing else was checked';
    const findings = error.problems.map(({ variable, message }) =>
      fail('configuration', `${variable} ${message}`, advice),
    );
    return { findings };
  }
}

/** What the database holds; one failure if it can't be read. */
async function stored(askInstagram: boolean): Promise<Finding[]> {
  try {
    return await withApplication('read', async (services) => [
      ...(await checkDatabase(services)),
      ...(await checkAccounts(services, askInstagram)),
      await checkDeliveries(services),
      ...(await checkQueue(services)),
    ]);
  } catch (error) {
    const advice = 'is it running, and is MONGODB_URI (or DATA_DIR) right? the rest was not checked';
    return [fail('database', firstLine(error), advice)];
  }
}

/** What follows it, in the driver's errors, is a dump of its topology. */
const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
