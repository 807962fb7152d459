import { fieldMap, readString } from '../bson/bson-reader.js';
import { BsonType, type BsonValue } from '../bson/bson-value.js';
import type { Request } from '../wire/message.js';
import { StoreError, storeErrors } from '../store.errors.js';
import type { ClientState } from '../auth/client-state.js';
import { aggregateCommand } from './aggregate.command.js';
import { Arguments } from './arguments.js';
import { bulkWriteCommand } from './bulk-write.command.js';
import { collectionCommands } from './collection.commands.js';
import type { Command, StoreContext } from './command.js';
import { countCommand } from './count.command.js';
import { getMoreCommand, killCursorsCommand } from './cursor.commands.js';
import { createCommand } from './create.command.js';
import { deleteCommand } from './delete.command.js';
import { diagnosticCommands } from './diagnostic.commands.js';
import { distinctCommand } from './distinct.command.js';
import { explainCommand } from './explain.command.js';
import { findCommand } from './find.command.js';
import { findAndModifyCommand } from './find-and-modify.command.js';
import { checkGenericFields, GENERIC_FIELDS } from './generic-fields.js';
import { handshakeCommands } from './handshake.commands.js';
import { indexCommands } from './index.commands.js';
import { insertCommand } from './insert.command.js';
import { maintenanceCommands } from './maintenance.commands.js';
import { BSON } from './reply.js';
import { renameCollectionCommand } from './rename.command.js';
import { saslCommands } from './sasl.commands.js';
import { statisticsCommands } from './statistics.commands.js';
import { updateCommand } from './update.command.js';

/** All commands by name; those with two spellings under both. */
const COMMANDS = new Map<string, Command>(
  [
    ...handshakeCommands,
    insertCommand,
    findCommand,
    getMoreCommand,
    killCursorsCommand,
    updateCommand,
    deleteCommand,
    findAndModifyCommand,
    countCommand,
    distinctCommand,
    aggregateCommand,
    explainCommand,
    bulkWriteCommand,
    ...saslCommands,
    createCommand,
    ...collectionCommands,
    ...indexCommands,
    renameCollectionCommand,
    ...statisticsCommands,
    ...diagnosticCommands,
    ...maintenanceCommands,
    listCommandsCommand(),
  ].map((command) => [command.name, command]),
);
COMMANDS.set('findandmodify', findAndModifyCommand);
COMMANDS.set('buildinfo', COMMANDS.get('buildInfo')!);

/** The names of all commands, as the README lists them. */
export const COMMAND_NAMES: readonly string[] = [...new Set([...COMMANDS.values()].map(({ name }) => name))];

function listCommandsCommand(): Command {
  return {
    name: 'listCommands',
    fields: [],
    run: () => {
      const commands = [...COMMANDS].map(([name, { adminOnly, needsNoAuthentication }]) => [
        name,
        { help: '', requiresAuth: needsNoAuthentication !== true, adminOnly: adminOnly === true },
      ]);
      return BSON.reply({ commands: Object.fromEntries(commands) as object });
    },
  };
}

/** Answers one request. It never rejects: what goes wrong is the answer. */
export async function runCommand(
  request: Request,
  client: ClientState,
  context: StoreContext,
): Promise<Buffer> {
  try {
    return await dispatch(request, client, context);
  } catch (error) {
    if (error instanceof StoreError) return BSON.failure(error);
    context.onUnexpectedError(error);
    return BSON.failure(
      storeErrors.InternalError(`unexpected ${error instanceof Error ? error.name : 'error'}`),
    );
  }
}

function dispatch(request: Request, client: ClientState, context: StoreContext): Promise<Buffer> | Buffer {
  const fields = fieldMap(request.body);
  const name = fields.keys().next().value ?? '';
  const command = COMMANDS.get(name);
  if (!command) throw storeErrors.CommandNotFound(`no such command: '${name}'`);
  if (!client.isAuthenticated && !command.needsNoAuthentication) {
    throw storeErrors.Unauthorized(`Command ${name} requires authentication`);
  }
  const args = new Arguments(name, fields, request.sequences);
  checkFields(args, command, name, request);
  checkGenericFields(args, command.name);
  const database = databaseOf(fields.get('$db'), request);
  checkNames(database, args.value(name));
  if (command.adminOnly && database !== 'admin') {
    throw storeErrors.Unauthorized(`${name} may only be run against the admin database.`);
  }
  const maxTimeMs = args.count('maxTimeMS') ?? 0;
  const deadlineMs = maxTimeMs === 0 ? Number.POSITIVE_INFINITY : performance.now() + maxTimeMs;
  return command.run({ args, database, client, deadlineMs }, context);
}

function checkFields(args: Arguments, { fields }: Command, name: string, request: Request): void {
  if (fields === 'any') return;
  for (const field of [...args.names(), ...request.sequences.keys()]) {
    if (field !== name && !GENERIC_FIELDS.has(field) && !fields.includes(field)) throw args.unknown(field);
  }
}

/** No database name may hold these: they stand in file names, or between the parts of a namespace. */
const NOT_IN_DATABASE_NAMES = /[/\\. "$\0]/;
const MOST_DATABASE_BYTES = 63;

function checkNames(database: string, target: BsonValue | undefined): void {
  const isGood =
    database !== '' &&
    Buffer.byteLength(database) <= MOST_DATABASE_BYTES &&
    (database === '$external' || !NOT_IN_DATABASE_NAMES.test(database));
  const collection = target?.type === BsonType.string ? readString(target) : undefined;
  if (isGood && collection !== '') return;
  throw storeErrors.InvalidNamespace(`Invalid namespace specified '${database}.${collection ?? ''}'`);
}

function databaseOf(value: BsonValue | undefined, request: Request): string {
  if (value?.type === BsonType.string) return readString(value);
  if (request.opCode === 2004) return 'admin';
  throw storeErrors.InvalidNamespace('OP_MSG requests require a $db argument');
}
