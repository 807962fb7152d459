import { randomUUID } from 'node:crypto';
import { hostname, totalmem, type as osType } from 'node:os';
import { UUID } from 'bson';
import { storeErrors } from '../store.errors.js';
import type { Command } from './command.js';
import { BSON } from './reply.js';

const startedAt = Date.now();

const PARAMETERS: Readonly<Record<string, unknown>> = {
  featureCompatibilityVersion: { version: '8.0' },
  enableTestCommands: false,
};

const getParameterCommand: Command = {
  name: 'getParameter',
  // Each parameter asked for is a field of its own.
  fields: 'any',
  adminOnly: true,
  run({ args }) {
    const all = args.string('getParameter') === '*';
    const wanted = Object.entries(PARAMETERS).filter(([name]) => all || args.has(name));
    if (wanted.length === 0) throw storeErrors.InvalidOptions('no option found to get');
    return BSON.reply(Object.fromEntries(wanted));
  },
};

const serverStatusCommand: Command = {
  name: 'serverStatus',
  // Sections are switched on and off by fields of their names.
  fields: 'any',
  run(_request, { catalog, cursors, now }) {
    const uptimeMs = Date.now() - startedAt;
    return BSON.reply({
      host: hostname(),
      version: '8.0.0',
      process: 'embedded-store',
      pid: process.pid,
      uptime: Math.trunc(uptimeMs / 1_000),
      uptimeMillis: uptimeMs,
      localTime: now(),
      catalogStats: { collections: catalog.all().length },
      metrics: { cursor: { open: { total: cursors.size } } },
      mem: { bits: 64, resident: Math.trunc(process.memoryUsage.rss() / 2 ** 20), supported: true },
      storageEngine: { name: 'lmdb', persistent: true, supportsCommittedReads: true },
    });
  },
};

const startSessionCommand: Command = {
  name: 'startSession',
  fields: [],
  run: () => BSON.reply({ id: { id: new UUID(randomUUID()) }, timeoutMinutes: 30 }),
};

/** There is no profiler: it is off, and can be told to be. */
const profileCommand: Command = {
  name: 'profile',
  fields: ['slowms', 'sampleRate', 'filter'],
  run({ args }) {
    const level = args.integer('profile') ?? args.missing('profile');
    if (level > 0)
      throw storeErrors.NotImplemented('the profile levels 1 and 2 are not supported by this store');
    return BSON.reply({ was: 0, slowms: 100, sampleRate: 1 });
  },
};

/** Whatever is answered is on disk. */
const fsyncCommand: Command = {
  name: 'fsync',
  fields: ['lock', 'fsyncLockAcquisitionTimeoutMillis'],
  adminOnly: true,
  run({ args }) {
    args.refuse('lock');
    return BSON.reply({ numFiles: 1 });
  },
};

/** What shells and other tools ask a server about itself before they show anything. */
export const diagnosticCommands: readonly Command[] = [
  getParameterCommand,
  serverStatusCommand,
  startSessionCommand,
  profileCommand,
  fsyncCommand,
  {
    name: 'usersInfo',
    fields: [
      'showCredentials',
      'showCustomData',
      'showPrivileges',
      'showAuthenticationRestrictions',
      'filter',
    ],
    run: () => BSON.reply({ users: [] }),
  },
  {
    name: 'replSetGetStatus',
    fields: ['initialSync'],
    adminOnly: true,
    run: () => {
      throw storeErrors.NoReplicationEnabled('not running with --replSet');
    },
  },
  {
    name: 'hostInfo',
    fields: [],
    run: (_request, { now }) =>
      BSON.reply({
        system: {
          currentTime: now(),
          hostname: hostname(),
          cpuAddrSize: 64,
          memSizeMB: totalmem() / 2 ** 20,
        },
        os: { type: osType() },
        extra: {},
      }),
  },
  { name: 'getCmdLineOpts', fields: [], adminOnly: true, run: () => BSON.reply({ argv: [], parsed: {} }) },
  {
    name: 'getLog',
    fields: [],
    adminOnly: true,
    run: ({ args }) =>
      args.requiredString('getLog') === '*'
        ? BSON.reply({ names: ['global', 'startupWarnings'] })
        : BSON.reply({ totalLinesWritten: 0, log: [] }),
  },
  { name: 'whatsmyuri', fields: [], run: ({ client }) => BSON.reply({ you: `client:${client.id}` }) },
];
