import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { serialize } from 'bson';
import { documentValue } from '../bson/bson-reader.js';
import { parseIndexSpec } from '../index/index-spec.js';
import { StoreError } from '../store.errors.js';
import { Catalog } from './catalog.js';
import { FORMAT_VERSION, readFormat } from './store-format.js';
import { checkCollection } from './consistency.js';
import { Environment } from './environment.js';

describe('the catalog', () => {
  let directory: string;
  let environment: Environment;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'catalog-'));
    environment = new Environment(directory);
  });
  afterEach(async () => {
    await environment.close();
    await rm(directory, { recursive: true, force: true });
  });

  const uniqueIndex = parseIndexSpec(documentValue(serialize({ name: 'a_1', key: { a: 1 }, unique: true })));

  it('is read back with its indexes, their traits and the counts', async () => {
    const catalog = await Catalog.open(environment);
    await environment.writes.enqueue(() => {
      const rows = catalog.create('app', 'rows', serialize({}));
      catalog.addIndex(rows, uniqueIndex, true);
      rows.insert(serialize({ _id: 1, a: [1, 2] }));
      rows.insert(serialize({ _id: 2, a: 'x'.repeat(5_000) }));
    });
    await environment.close();
    environment = new Environment(directory);
    const rows = (await Catalog.open(environment)).find('app', 'rows')!;
    expect(rows.count).toBe(2);
    expect(rows.indexes.map(({ spec }) => spec.name)).toEqual(['_id_', 'a_1']);
    expect(rows.indexes[1]!.traits).toEqual({ multikey: [0], hasLongKeys: true });
    expect(checkCollection(environment, rows)).toEqual([]);
  });

  it('is read back with options and views, and is then of the format that has them', async () => {
    const catalog = await Catalog.open(environment);
    await environment.writes.enqueue(() => {
      catalog.create('app', 'rows', serialize({}));
    });
    const uuid = catalog.uuidOf(catalog.find('app', 'rows')!);
    expect(readFormat(environment)).toBe(1);
    const pipeline = Buffer.from([5, 0, 0, 0, 0]);
    await environment.writes.enqueue(() => {
      catalog.create('app', 'log', serialize({ capped: true, size: 100, validator: { a: 1 } }));
      catalog.views.save({ database: 'app', name: 'seen', viewOn: 'rows', pipeline });
      catalog.views.save({ database: 'app', name: 'gone', viewOn: 'rows', pipeline });
    });
    await environment.writes.enqueue(() => catalog.views.drop(catalog.views.find('app', 'gone')!));
    await environment.close();
    environment = new Environment(directory);
    const again = await Catalog.open(environment);
    expect(readFormat(environment)).toBe(FORMAT_VERSION);
    expect(again.find('app', 'log')!.rules).toMatchObject({ capped: { size: 100, max: Infinity } });
    expect(again.find('app', 'log')!.rules.validator).toBeDefined();
    expect(again.views.inDatabase('app')).toMatchObject([{ name: 'seen', viewOn: 'rows' }]);
    expect(() => again.find('app', 'seen')).toThrow(expect.objectContaining({ code: 166 }));
    expect(again.uuidOf(again.find('app', 'rows')!)).toEqual(uuid);
  });

  it('refuses a directory of a newer format, by name', async () => {
    await Catalog.open(environment);
    const newer = Buffer.alloc(8);
    newer.writeDoubleBE(FORMAT_VERSION + 1);
    await environment.writes.enqueue(() => environment.catalog.putSync(Buffer.from('format'), newer));
    await expect(Catalog.open(environment)).rejects.toThrow(`format ${FORMAT_VERSION + 1}`);
  });

  it('takes back all of a statement that fails in the middle, in memory and on disk', async () => {
    const catalog = await Catalog.open(environment);
    const rows = await environment.writes.enqueue(() => {
      const created = catalog.create('app', 'rows', serialize({}));
      catalog.addIndex(created, uniqueIndex, true);
      created.insert(serialize({ _id: 1, a: 1 }));
      return created;
    });
    const failing = environment.writes.enqueue(() =>
      environment.writes.atomically(() => {
        rows.insert(serialize({ _id: 2, a: [5, 6] }));
        rows.insert(serialize({ _id: 3, a: 1 }));
      }),
    );
    const passing = environment.writes.enqueue(() => rows.insert(serialize({ _id: 4, a: 4 })));
    await expect(failing).rejects.toBeInstanceOf(StoreError);
    await passing;
    expect(rows.count).toBe(2);
    expect(rows.indexes[1]!.traits.multikey).toEqual([]);
    expect(checkCollection(environment, rows)).toEqual([]);
  });

  it('fails only the statement that fails unexpectedly', async () => {
    const catalog = await Catalog.open(environment);
    const first = environment.writes.enqueue(() =>
      catalog.findOrCreate('app', 'rows').insert(serialize({ _id: 1 })),
    );
    const broken = environment.writes.enqueue(() => {
      catalog.findOrCreate('app', 'rows').insert(serialize({ _id: 2 }));
      throw new TypeError('a fault of the store');
    });
    const last = environment.writes.enqueue(() =>
      catalog.findOrCreate('app', 'rows').insert(serialize({ _id: 3 })),
    );
    await expect(broken).rejects.toThrow('a fault of the store');
    await Promise.all([first, last]);
    const rows = catalog.find('app', 'rows')!;
    expect(rows.count).toBe(2);
    expect(checkCollection(environment, rows)).toEqual([]);
  });
});
