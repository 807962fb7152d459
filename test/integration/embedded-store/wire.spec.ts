import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { calculateObjectSize, deserialize, serialize, type Document } from 'bson';
import { MongoClient } from 'mongodb';
import { openEmbeddedStore, type EmbeddedStore } from '../../../src/database/embedded/embedded-store.js';
import { crc32c } from '../../../src/database/embedded/wire/crc32c.js';

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_COMPRESSED = 2012;
const OP_MSG = 2013;
const CHECKSUM = 1;
const MORE_TO_COME = 2;
const EXHAUST_ALLOWED = 1 << 16;
const MIB = 1024 * 1024;

interface Reply {
  readonly requestId: number;
  readonly opCode: number;
  readonly flags: number;
  readonly body: Document;
}

function header(length: number, requestId: number, opCode: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeInt32LE(length, 0);
  bytes.writeInt32LE(requestId, 4);
  bytes.writeInt32LE(opCode, 12);
  return bytes;
}

function opMsg(
  command: Document,
  {
    requestId = 1,
    flags = 0,
    sequence,
  }: { requestId?: number; flags?: number; sequence?: [string, Document[]] } = {},
): Buffer {
  const flagBytes = Buffer.alloc(4);
  flagBytes.writeUInt32LE(flags);
  const sections: Uint8Array[] = [flagBytes, Buffer.of(0), serialize(command)];
  if (sequence) {
    const [name, documents] = sequence;
    const content = Buffer.concat([Buffer.from(`${name}\0`), ...documents.map((each) => serialize(each))]);
    const size = Buffer.alloc(4);
    size.writeInt32LE(content.length + 4);
    sections.push(Buffer.of(1), size, content);
  }
  const body = Buffer.concat(sections);
  const hasChecksum = (flags & CHECKSUM) !== 0;
  const whole = Buffer.concat([header(16 + body.length + (hasChecksum ? 4 : 0), requestId, OP_MSG), body]);
  if (!hasChecksum) return whole;
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32LE(crc32c(whole));
  return Buffer.concat([whole, checksum]);
}

/** A connection without a driver. */
class Wire {
  private received: Buffer = Buffer.alloc(0);
  /** What came since, not yet copied to it: a long answer comes in hundreds of pieces. */
  private chunks: Buffer[] = [];
  private waiting: (() => void) | undefined;
  isClosed = false;

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.chunks.push(chunk);
      this.waiting?.();
    });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.isClosed = true;
      this.waiting?.();
    });
  }

  static open(path: string): Promise<Wire> {
    return new Promise((resolve) => {
      const socket = connect(path, () => resolve(new Wire(socket)));
    });
  }

  send(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  /** The next answer; undefined when the server has ended the connection. */
  async reply(): Promise<Reply | undefined> {
    while (!this.hasAnswer()) {
      if (this.isClosed) return undefined;
      await new Promise<void>((resolve) => (this.waiting = resolve));
    }
    const message = this.received.subarray(0, this.received.readInt32LE(0));
    this.received = this.received.subarray(message.length);
    const opCode = message.readInt32LE(12);
    return {
      requestId: message.readInt32LE(8),
      opCode,
      flags: message.readUInt32LE(16),
      body: deserialize(message.subarray(opCode === OP_REPLY ? 36 : 21)),
    };
  }

  async ask(bytes: Uint8Array): Promise<Reply | undefined> {
    this.send(bytes);
    return this.reply();
  }

  private hasAnswer(): boolean {
    const waiting = this.chunks.reduce((sum, { length }) => sum + length, this.received.length);
    const wanted = this.received.length < 4 ? 4 : this.received.readInt32LE(0);
    if (waiting < wanted) return false;
    if (this.chunks.length > 0) this.received = Buffer.concat([this.received, ...this.chunks.splice(0)]);
    return this.received.length >= this.received.readInt32LE(0);
  }
}

describe('the wire', () => {
  let dataDir: string;
  let store: EmbeddedStore;
  let client: MongoClient;
  let wires: Wire[];

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'wire-'));
    store = await openEmbeddedStore({ dataDir });
    client = await MongoClient.connect(store.uri);
    wires = [];
  });
  afterAll(async () => {
    for (const { socket } of wires) socket.destroy();
    await client.close();
    await store.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  async function open(): Promise<Wire> {
    const wire = await Wire.open(join(dataDir, 'store.sock'));
    wires.push(wire);
    return wire;
  }

  const ping = { ping: 1, $db: 'wire' };

  it('answers requests in order, each with its id', async () => {
    const wire = await open();
    wire.send(Buffer.concat([7, 8, 9].map((requestId) => opMsg(ping, { requestId }))));
    for (const requestId of [7, 8, 9]) {
      expect(await wire.reply()).toEqual({ requestId, opCode: OP_MSG, flags: 0, body: { ok: 1 } });
    }
  });

  it('answers the hello of old drivers in kind', async () => {
    const command = serialize({ isMaster: 1, helloOk: true });
    const rest = Buffer.concat([Buffer.alloc(4), Buffer.from('admin.$cmd\0'), Buffer.alloc(8), command]);
    const reply = await (await open()).ask(Buffer.concat([header(16 + rest.length, 3, OP_QUERY), rest]));
    expect(reply).toMatchObject({
      requestId: 3,
      opCode: OP_REPLY,
      body: { ismaster: true, helloOk: true, ok: 1 },
    });
    expect(reply?.body).not.toHaveProperty('setName');
    expect(reply?.body).not.toHaveProperty('topologyVersion');
    expect(reply?.body).not.toHaveProperty('compression');
  });

  it('checks a checksum: a wrong one ends the connection', async () => {
    const message = opMsg(ping, { flags: CHECKSUM });
    const wire = await open();
    expect((await wire.ask(message))?.body).toEqual({ ok: 1 });
    message[message.length - 1]! ^= 1;
    expect(await wire.ask(message)).toBeUndefined();
  });

  it('never streams answers, even to those who would take them', async () => {
    const reply = await (await open()).ask(opMsg({ hello: 1, $db: 'admin' }, { flags: EXHAUST_ALLOWED }));
    expect(reply?.flags).toBe(0);
  });

  it('does not answer what wants no answer, and does it all the same', async () => {
    const wire = await open();
    const insert = { insert: 'silent', documents: [{ _id: 1 }], writeConcern: { w: 0 }, $db: 'wire' };
    wire.send(opMsg(insert, { requestId: 1, flags: MORE_TO_COME }));
    expect((await wire.ask(opMsg(ping, { requestId: 2 })))?.requestId).toBe(2);
    expect(await client.db('wire').collection('silent').countDocuments()).toBe(1);
  });

  it('takes documents as a sequence', async () => {
    const sequence: [string, Document[]] = ['documents', [{ _id: 1 }, { _id: 2 }]];
    const reply = await (await open()).ask(opMsg({ insert: 'sequence', $db: 'wire' }, { sequence }));
    expect(reply?.body).toMatchObject({ n: 2, ok: 1 });
  });

  it.each([
    ['an unknown required flag', opMsg(ping, { flags: 4 })],
    ['a compressed message', Buffer.concat([header(25, 1, OP_COMPRESSED), Buffer.alloc(9)])],
    ['a message above 48,000,000 bytes', header(48_000_001, 1, OP_MSG)],
    ['a message without a body', Buffer.concat([header(20, 1, OP_MSG), Buffer.alloc(4)])],
  ])('ends the connection for %s, and no other', async (_what, bytes) => {
    const other = await open();
    expect(await (await open()).ask(bytes)).toBeUndefined();
    expect((await other.ask(opMsg(ping)))?.body).toEqual({ ok: 1 });
  });

  it('takes 100,000 statements in one command, and no more', async () => {
    const documents = Array.from({ length: 100_001 }, (_, _id) => ({ _id }));
    const insert = { insert: 'many', ordered: false, $db: 'wire' };
    const wire = await open();
    const tooMany = await wire.ask(opMsg(insert, { sequence: ['documents', documents] }));
    expect(tooMany?.body).toMatchObject({ ok: 0, code: 16, codeName: 'InvalidLength' });
    const most = await wire.ask(opMsg(insert, { sequence: ['documents', documents.slice(1)] }));
    expect(most?.body).toMatchObject({ n: 100_000, ok: 1 });
  });

  it('takes a document of 16 MiB, and no larger one', async () => {
    const empty = calculateObjectSize({ _id: 1, text: '' });
    const of = (size: number): Document => ({ _id: 1, text: 'x'.repeat(size - empty) });
    const wire = await open();
    const insert = { insert: 'large', $db: 'wire' };
    const large = await wire.ask(opMsg(insert, { sequence: ['documents', [of(16 * MIB + 1)]] }));
    expect(large?.body).toMatchObject({ n: 0, writeErrors: [{ index: 0, code: 10_334 }], ok: 1 });
    expect((await wire.ask(opMsg(insert, { sequence: ['documents', [of(16 * MIB)]] })))?.body).toEqual({
      n: 1,
      ok: 1,
    });
  });

  it('serves others while one sends half a message, and one does not read its answers', async () => {
    const half = await open();
    half.send(opMsg(ping).subarray(0, 30));
    const deaf = await open();
    deaf.socket.pause();
    await client
      .db('wire')
      .collection('bulky')
      .insertOne({ text: 'x'.repeat(8 * MIB) });
    for (let n = 0; n < 20; n += 1) deaf.send(opMsg({ find: 'bulky', $db: 'wire' }, { requestId: n }));
    const other = await open();
    for (let n = 0; n < 20; n += 1) expect((await other.ask(opMsg(ping)))?.body).toEqual({ ok: 1 });
    deaf.socket.resume();
    for (let n = 0; n < 20; n += 1) expect((await deaf.reply())?.requestId).toBe(n);
    expect((await half.ask(opMsg(ping).subarray(30)))?.body).toEqual({ ok: 1 });
  });

  it('lets any connection go on with a cursor, until it is killed', async () => {
    const [first, second] = [await open(), await open()];
    const found = await first.ask(opMsg({ find: 'many', batchSize: 2, sort: { _id: 1 }, $db: 'wire' }));
    const { id } = found!.body['cursor'] as { id: unknown };
    const more = { getMore: id, collection: 'many', batchSize: 1, $db: 'wire' };
    first.socket.destroy();
    expect((await second.ask(opMsg(more)))?.body['cursor'].nextBatch).toEqual([{ _id: 3 }]);
    expect((await second.ask(opMsg({ ...more, collection: 'other' })))?.body['code']).toBe(13);
    const kill = opMsg({ killCursors: 'many', cursors: [id], $db: 'wire' });
    expect((await second.ask(kill))?.body).toMatchObject({ cursorsKilled: [id], cursorsNotFound: [] });
    expect((await second.ask(kill))?.body).toMatchObject({ cursorsKilled: [], cursorsNotFound: [id] });
    expect((await second.ask(opMsg(more)))?.body).toMatchObject({
      ok: 0,
      code: 43,
      codeName: 'CursorNotFound',
    });
  });
});
