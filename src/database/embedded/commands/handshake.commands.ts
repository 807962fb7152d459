import { MECHANISM } from '../auth/scram.js';
import { BSON } from './reply.js';
import { readFormat } from '../storage/store-format.js';
import { MOST_DOCUMENT_BYTES } from './write-statement.js';
import { MOST_STATEMENTS } from './insert.command.js';
import { MOST_MESSAGE_BYTES } from '../wire/message.js';
import type { Command, CommandRequest, StoreContext } from './command.js';

/** What the store presents itself as: drivers decide by the wire version what they may send. */
const VERSION = [8, 0, 0, 0] as const;
const WIRE_VERSION = 25;

function hello({ client, args }: CommandRequest, { now }: StoreContext, primary: string): Buffer {
  return BSON.reply({
    ...(args.has('helloOk') && { helloOk: true }),
    [primary]: true,
    maxBsonObjectSize: MOST_DOCUMENT_BYTES,
    maxMessageSizeBytes: MOST_MESSAGE_BYTES,
    maxWriteBatchSize: MOST_STATEMENTS,
    localTime: now(),
    logicalSessionTimeoutMinutes: 30,
    connectionId: client.id,
    minWireVersion: 0,
    maxWireVersion: WIRE_VERSION,
    readOnly: false,
    ...(client.secret && args.has('saslSupportedMechs') && { saslSupportedMechs: [MECHANISM] }),
  });
}

const helloCommand = (name: string, primary: string): Command => ({
  name,
  needsNoAuthentication: true,
  // MongoDB takes any field here, for the sake of drivers newer than the server.
  fields: 'any',
  run: (request, context) => hello(request, context, primary),
});

/** A handshake as a standalone server with sessions: no retryable writes, no transactions, no exhaust. */
export const handshakeCommands: readonly Command[] = [
  helloCommand('hello', 'isWritablePrimary'),
  helloCommand('isMaster', 'ismaster'),
  helloCommand('ismaster', 'ismaster'),
  { name: 'ping', fields: [], needsNoAuthentication: true, run: () => BSON.ok },
  {
    name: 'buildInfo',
    fields: [],
    run: (_request, { environment }) =>
      BSON.reply({
        version: VERSION.slice(0, 3).join('.'),
        versionArray: [...VERSION],
        gitVersion: 'embedded-store',
        modules: ['embedded-store'],
        embeddedStore: { format: readFormat(environment) },
        storageEngines: ['lmdb'],
        javascriptEngine: 'none',
        bits: 64,
        debug: false,
        maxBsonObjectSize: MOST_DOCUMENT_BYTES,
      }),
  },
  { name: 'endSessions', fields: [], run: () => BSON.ok },
  { name: 'refreshSessions', fields: [], run: () => BSON.ok },
  { name: 'killSessions', fields: [], run: () => BSON.ok },
  { name: 'killAllSessions', fields: [], run: () => BSON.ok },
  {
    name: 'connectionStatus',
    fields: ['showPrivileges'],
    run: () => BSON.reply({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] } }),
  },
];
