import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Long, type Collection, type Db, type Document, type MongoClient } from 'mongodb';
import { codeOf, connect, startServer, type ServerUnderTest } from './support.js';

interface Row extends Document {
  _id: number;
}

describe('options of find', () => {
  let server: ServerUnderTest;
  let client: MongoClient;
  let db: Db;
  let rows: Collection<Row>;

  beforeAll(async () => {
    server = await startServer();
    ({ client, db } = await connect(server));
    rows = db.collection<Row>('rows');
    await rows.insertMany([1, 2, 3, 4, 5].map((n) => ({ _id: n, a: 6 - n, b: 'x', tags: [n, n + 10] })));
    await rows.createIndexes([
      { key: { a: 1, b: 1 }, name: 'by a' },
      { key: { a: -1 }, name: 'down' },
      { key: { tags: 1 }, name: 'tags' },
    ]);
  });
  afterAll(async () => {
    await db.dropDatabase();
    await client.close();
    await server.close();
  });

  const ids = async (command: Document): Promise<number[]> => {
    const { cursor } = await db.command({ find: 'rows', projection: { _id: 1 }, ...command });
    return (cursor.firstBatch as Row[]).map(({ _id }) => _id);
  };

  it('min and max cut the hinted index: min is in, max is out', async () => {
    expect(await ids({ hint: { _id: 1 }, min: { _id: 2 }, max: { _id: 4 } })).toEqual([2, 3]);
    expect(await ids({ hint: '_id_', max: { _id: 3 }, filter: { _id: { $gt: 1 } }, sort: { a: 1 } })).toEqual(
      [2],
    );
    expect(await ids({ hint: 'by a', min: { a: 2, b: 'x' }, max: { a: 4, b: 'x' } })).toEqual([4, 3]);
    expect(await ids({ hint: 'down', min: { a: 4 }, max: { a: 2 } })).toEqual([2, 3]);
    expect(await ids({ hint: { _id: 1 }, min: { _id: 4 }, sort: { _id: -1 } })).toEqual([5, 4]);
    expect(await ids({ hint: 'tags', min: { tags: 12 }, max: { tags: 14 } })).toEqual([2, 3]);
    expect(await ids({ find: 'none', hint: '_id_', min: { _id: 4 } })).toEqual([]);
  });

  it.each<[number, Document]>([
    [51_173, { min: { _id: 1 } }],
    [51_173, { min: { _id: 1 }, hint: { $natural: 1 } }],
    [51_174, { min: { a: 1 }, hint: { _id: 1 } }],
    [51_174, { min: { a: 1 }, hint: 'by a' }],
    [51_175, { min: { _id: 3 }, max: { _id: 3 }, hint: { _id: 1 } }],
  ])('min and max are refused with %i as %j', async (code, command) => {
    expect(await codeOf(db.command({ find: 'rows', ...command }))).toBe(code);
  });

  it('returnKey answers the key of the index that was used', async () => {
    const keys = async (command: Document): Promise<unknown> =>
      (await db.command({ find: 'rows', returnKey: true, ...command }))['cursor'].firstBatch;
    expect(await keys({ sort: { _id: 1 }, limit: 2 })).toEqual([{ _id: 1 }, { _id: 2 }]);
    expect(await keys({ sort: { _id: 1 }, limit: 1, showRecordId: true })).toEqual([{ _id: 1 }]);
    expect(await keys({ filter: { _id: 3 }, projection: { b: 1 } })).toEqual([{ _id: 3 }]);
    expect(await keys({ hint: 'by a', filter: { a: { $lt: 3 } } })).toEqual([
      { a: 1, b: 'x' },
      { a: 2, b: 'x' },
    ]);
    expect(await keys({ filter: { tags: 12 } })).toEqual([{ tags: 12 }]);
    expect(await keys({ filter: { b: 'x' }, limit: 1 })).toEqual([{}]);
  });

  it('showRecordId adds the id of the record, whatever the projection', async () => {
    const shown = async (command: Document): Promise<Document[]> =>
      (await db.command({ find: 'rows', showRecordId: true, ...command }, { promoteLongs: false }))['cursor']
        .firstBatch;
    for (const projection of [{}, { a: 1 }, { a: 0 }]) {
      const [first, second] = await shown({ projection, sort: { _id: 1 } });
      expect(Object.keys(first!).at(-1)).toBe('$recordId');
      expect(first!['$recordId']).toBeInstanceOf(Long);
      expect((second!['$recordId'] as Long).greaterThan(first!['$recordId'] as Long)).toBe(true);
    }
  });
});
