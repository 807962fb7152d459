import { crc32c } from './crc32c.js';
import { validateDocument } from '../bson/validate-document.js';
import { storeErrors } from '../store.errors.js';

/** MongoDB's wire protocol: https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/ */
export const OP_REPLY = 1;
export const OP_QUERY = 2004;
export const OP_MSG = 2013;
export const HEADER_BYTES = 16;
export const MOST_MESSAGE_BYTES = 48_000_000;

const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;
/** The lower 16 bits are required: a server that does not know one must refuse the message. */
const UNKNOWN_REQUIRED_BITS = 0xfffc;

export interface Request {
  readonly requestId: number;
  readonly opCode: typeof OP_MSG | typeof OP_QUERY;
  readonly body: Buffer;
  readonly sequences: ReadonlyMap<string, readonly Buffer[]>;
  /** The client asked for no answer (`w: 0`). */
  readonly noReply: boolean;
}

const NO_SEQUENCES: ReadonlyMap<string, readonly Buffer[]> = new Map();

/**
 * Takes a whole message apart. What is wrong with it concerns this connection only.
 * @throws StoreError ProtocolError (17), InvalidBSON (22), IllegalOpMsgFlag (223).
 */
export function parseMessage(message: Buffer): Request {
  const requestId = message.readInt32LE(4);
  const opCode = message.readInt32LE(12);
  if (opCode === OP_MSG) return parseOpMsg(message, requestId);
  if (opCode === OP_QUERY) return parseOpQuery(message, requestId);
  throw storeErrors.ProtocolError(`unsupported opcode ${opCode}`);
}

function parseOpMsg(message: Buffer, requestId: number): Request {
  if (message.length < HEADER_BYTES + 5) throw storeErrors.ProtocolError('message too short');
  const flags = message.readUInt32LE(HEADER_BYTES);
  if ((flags & UNKNOWN_REQUIRED_BITS) !== 0) {
    throw storeErrors.IllegalOpMsgFlag(`Message contains illegal flags value: Ob${flags.toString(2)}`);
  }
  const end = (flags & CHECKSUM_PRESENT) === 0 ? message.length : checkedEnd(message);
  let body: Buffer | undefined;
  const sequences = new Map<string, Buffer[]>();
  let at = HEADER_BYTES + 4;
  while (at < end) {
    const kind = message[at];
    at += 1;
    if (kind === 0) {
      if (body) throw storeErrors.ProtocolError('message with two bodies');
      const bodyEnd = validateDocument(message.subarray(0, end), at);
      body = message.subarray(at, bodyEnd);
      at = bodyEnd;
    } else if (kind === 1) {
      at = parseSequence(message, at, end, sequences);
    } else {
      throw storeErrors.ProtocolError(`unknown section kind ${kind}`);
    }
  }
  if (!body) throw storeErrors.ProtocolError('message without a body');
  return { requestId, opCode: OP_MSG, body, sequences, noReply: (flags & MORE_TO_COME) !== 0 };
}

function checkedEnd(message: Buffer): number {
  const end = message.length - 4;
  if (message.readUInt32LE(end) !== crc32c(message.subarray(0, end))) {
    throw storeErrors.ProtocolError('OP_MSG checksum does not match contents.');
  }
  return end;
}

function parseSequence(message: Buffer, start: number, end: number, into: Map<string, Buffer[]>): number {
  if (start + 4 > end) throw storeErrors.ProtocolError('document sequence cut off');
  const sequenceEnd = start + message.readInt32LE(start);
  if (sequenceEnd > end || sequenceEnd < start + 5)
    throw storeErrors.ProtocolError('document sequence of a wrong size');
  const nameEnd = message.indexOf(0, start + 4);
  if (nameEnd < 0 || nameEnd >= sequenceEnd)
    throw storeErrors.ProtocolError('document sequence without a name');
  const name = message.toString('utf8', start + 4, nameEnd);
  if (into.has(name)) throw storeErrors.ProtocolError(`Duplicate document sequence: ${name}`);
  const documents: Buffer[] = [];
  const within = message.subarray(0, sequenceEnd);
  let at = nameEnd + 1;
  while (at < sequenceEnd) {
    const documentEnd = validateDocument(within, at);
    documents.push(message.subarray(at, documentEnd));
    at = documentEnd;
  }
  into.set(name, documents);
  return sequenceEnd;
}

/** Only the handshake of older drivers comes this way: `{isMaster: 1}` to `<db>.$cmd`. */
function parseOpQuery(message: Buffer, requestId: number): Request {
  const nameEnd = message.indexOf(0, HEADER_BYTES + 4);
  if (nameEnd < 0) throw storeErrors.ProtocolError('OP_QUERY without a collection');
  const bodyStart = nameEnd + 1 + 8;
  const bodyEnd = validateDocument(message, bodyStart);
  return {
    requestId,
    opCode: OP_QUERY,
    body: message.subarray(bodyStart, bodyEnd),
    sequences: NO_SEQUENCES,
    noReply: false,
  };
}

let nextResponseId = 1;

/** An answer in the form of its request: header and body are written one after the other. */
export function frameReply(request: Pick<Request, 'requestId' | 'opCode'>, body: Buffer): [Buffer, Buffer] {
  const isQuery = request.opCode === OP_QUERY;
  const head = Buffer.alloc(isQuery ? HEADER_BYTES + 20 : HEADER_BYTES + 5);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(nextResponseId, 4);
  head.writeInt32LE(request.requestId, 8);
  head.writeInt32LE(isQuery ? OP_REPLY : OP_MSG, 12);
  // OP_REPLY: flags (AwaitCapable), cursor id, starting from, number returned.
  if (isQuery) {
    head.writeInt32LE(8, HEADER_BYTES);
    head.writeInt32LE(1, HEADER_BYTES + 16);
  }
  nextResponseId = (nextResponseId + 1) & 0x7fffffff;
  return [head, body];
}
