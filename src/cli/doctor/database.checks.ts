import type { IndexFault, ServerDescription } from '../../database/database-inspector.js';
import { formatDuration, plural } from '../output.js';
import type { AppServices } from '../services/app.services.js';
import { fail, ok, warn, type Finding } from './finding.js';

/** Where the write concern of this program and the operators that it uses are all there. */
const OLDEST_VERSION = [5, 0] as const;
/** Instagram's times and the log's are then too far from each other to be read side by side. */
const CLOCK_DIFFERENCE_MS = 5000;
const SHOWN_FAULTS = 5;

export async function checkDatabase(services: AppServices): Promise<Finding[]> {
  const server = await services.database.server();
  const indexes = await services.database.indexFaults();
  return [
    checkServer(server, services.config.server.production),
    checkClock(services.clock.now() - Date.now()),
    ...checkIndexes(indexes.checked, indexes.faults),
  ];
}

function checkServer({ kind, version, format }: ServerDescription, production: boolean): Finding {
  const check = 'database';
  if (kind === 'embedded') {
    const message = `the embedded store answers (format ${format}, as MongoDB ${version})`;
    if (!production) return ok(check, message);
    return warn(check, `${message}: it serves this machine alone`, 'set MONGODB_URI to a replica set');
  }
  const message = `MongoDB ${version} answers (${kind})`;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST_VERSION[0] || (major === OLDEST_VERSION[0] && minor < OLDEST_VERSION[1])) {
    return fail(check, message, `upgrade it to ${OLDEST_VERSION.join('.')} or later`);
  }
  if (kind !== 'standalone') return ok(check, message);
  return warn(
    check,
    `${message}: nothing takes over when it fails`,
    'make it a replica set, if only of one member: rs.initiate()',
  );
}

function checkClock(differenceMs: number): Finding {
  const check = 'clock';
  const apart = `${formatDuration(Math.abs(differenceMs))} from the database's clock`;
  if (Math.abs(differenceMs) <= CLOCK_DIFFERENCE_MS) return ok(check, apart);
  return warn(
    check,
    `this machine's clock is ${apart}`,
    'have both follow a time server (timedatectl set-ntp true); leases go by the database, times in logs do not',
  );
}

const FAULTS: Record<IndexFault['fault'], { message: string; advice: string }> = {
  missing: {
    message: 'is missing',
    advice: 'start the server: it makes what is missing before it takes the first webhook',
  },
  different: {
    message: 'is not as declared',
    advice: 'drop it while the servers are stopped; the next start makes it anew',
  },
  unknown: {
    message: 'is declared nowhere',
    advice: 'drop it, unless you have made it for a purpose: each write pays for it',
  },
};

function checkIndexes(checked: number, faults: IndexFault[]): Finding[] {
  const bad = faults.slice(0, SHOWN_FAULTS).map(({ collection, index, fault }) => {
    const { message, advice } = FAULTS[fault];
    const status = fault === 'unknown' ? warn : fail;
    return status('indexes', `${index} of ${collection} ${message}`, advice);
  });
  const more = faults.length - bad.length;
  if (more > 0)
    bad.push(fail('indexes', `and ${plural(more, 'more fault')}`, 'mend the first ones, and look again'));
  return bad.length > 0 ? bad : [ok('indexes', `all ${checked} are there, as declared`)];
}
