import { Binary } from 'bson';
import { getField, payload, readBoolean } from '../bson/bson-reader.js';
import { BsonType } from '../bson/bson-value.js';
import { MECHANISM, ScramConversation } from '../auth/scram.js';
import { storeErrors } from '../store.errors.js';
import type { Arguments } from './arguments.js';
import type { Command } from './command.js';
import { BSON } from './reply.js';

const CONVERSATION_ID = 1;
const BINARY_HEADER_BYTES = 5;

const saslStartCommand: Command = {
  name: 'saslStart',
  fields: ['mechanism', 'payload', 'options', 'autoAuthorize'],
  needsNoAuthentication: true,
  run({ args, client }) {
    const mechanism = args.requiredString('mechanism');
    if (mechanism !== MECHANISM) {
      throw storeErrors.BadValue(`Received authentication for mechanism ${mechanism} which is not enabled`);
    }
    if (!client.secret) throw storeErrors.AuthenticationFailed('Authentication failed.');
    const options = args.document('options');
    const skip = options && getField(options, 'skipEmptyExchange');
    client.skipsEmptyExchange = skip?.type === BsonType.bool && readBoolean(skip);
    client.isAuthenticated = false;
    client.conversation = new ScramConversation(client.secret, readPayload(args));
    return answer(client.conversation.serverFirst, false);
  },
};

const saslContinueCommand: Command = {
  name: 'saslContinue',
  fields: ['conversationId', 'payload'],
  needsNoAuthentication: true,
  run({ args, client }) {
    const { conversation } = client;
    const message = readPayload(args);
    // The empty exchange at the end that older drivers insist on.
    if (!conversation && client.isAuthenticated && message === '') return answer('', true);
    client.conversation = undefined;
    if (!conversation) throw storeErrors.ProtocolError('No SASL session state found');
    const proof = conversation.finish(message);
    client.isAuthenticated = true;
    return answer(proof, client.skipsEmptyExchange);
  },
};

function readPayload(args: Arguments): string {
  const value = args.value('payload') ?? args.missing('payload');
  if (value.type !== BsonType.binary) throw args.wrongType('payload', value, 'binData');
  return Buffer.from(payload(value).subarray(BINARY_HEADER_BYTES)).toString('utf8');
}

function answer(text: string, done: boolean): Buffer {
  return BSON.reply({ conversationId: CONVERSATION_ID, done, payload: new Binary(Buffer.from(text)) });
}

export const saslCommands: readonly Command[] = [
  saslStartCommand,
  saslContinueCommand,
  {
    name: 'logout',
    fields: [],
    run: ({ client }) => {
      client.isAuthenticated = client.secret === undefined;
      return BSON.ok;
    },
  },
];
