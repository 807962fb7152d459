import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection, IndexDefinition, IndexOptions, mongo } from 'mongoose';

/** What answers behind the connection. */
export interface ServerDescription {
  kind: 'embedded' | 'replica set' | 'sharded cluster' | 'standalone';
  version: string;
  /** Of the files of the embedded store. */
  format?: number;
}

/** An index that is not as the schema declares it. */
export interface IndexFault {
  collection: string;
  index: string;
  /** `unknown`: there, but declared nowhere; each write pays for it. */
  fault: 'missing' | 'different' | 'unknown';
}

type Declared = [IndexDefinition, IndexOptions];

/** Looks at the database as it is, and changes nothing. */
@Injectable()
export class DatabaseInspector {
  constructor(@InjectConnection() private readonly connection: Connection) {}

  async server(): Promise<ServerDescription> {
    const [hello, build] = await Promise.all([this.ask({ hello: 1 }), this.ask({ buildInfo: 1 })]);
    const { version, embeddedStore } = build as { version: string; embeddedStore?: { format: number } };
    if (embeddedStore) return { kind: 'embedded', version, format: embeddedStore.format };
    if (hello['msg'] === 'isdbgrid') return { kind: 'sharded cluster', version };
    return { kind: hello['setName'] === undefined ? 'standalone' : 'replica set', version };
  }

  /** Of all models of this process that have one. */
  async indexFaults(): Promise<{ checked: number; faults: IndexFault[] }> {
    const faults: IndexFault[] = [];
    let checked = 0;
    for (const model of Object.values(this.connection.models)) {
      const declared = model.schema.indexes() as unknown as Declared[];
      const there = await this.indexesOf(model.collection.collectionName);
      checked += declared.length;
      faults.push(...faultsOf(model.collection.collectionName, declared, there));
    }
    return { checked, faults };
  }

  private ask(command: mongo.Document): Promise<mongo.Document> {
    return this.connection.db!.admin().command(command);
  }

  /** Of a collection that is not there yet: none. */
  private async indexesOf(collection: string): Promise<mongo.IndexDescriptionInfo[]> {
    const [found] = await this.connection.db!.listCollections({ name: collection }).toArray();
    return found ? this.connection.collection(collection).indexes() : [];
  }
}

function faultsOf(
  collection: string,
  declared: Declared[],
  there: mongo.IndexDescriptionInfo[],
): IndexFault[] {
  const names = new Set(declared.map(([, { name }]) => name));
  const unknown = there.filter(({ name }) => name !== '_id_' && !names.has(name));
  return [
    ...declared.flatMap(([keys, options]): IndexFault[] => {
      const index = options.name!;
      const found = there.find(({ name }) => name === index);
      if (!found) return [{ collection, index, fault: 'missing' }];
      return isAs(found, keys, options) ? [] : [{ collection, index, fault: 'different' }];
    }),
    ...unknown.map(({ name }): IndexFault => ({ collection, index: name!, fault: 'unknown' })),
  ];
}

/** The order of an index's fields counts, so they are compared as text. */
const isAs = (found: mongo.IndexDescriptionInfo, keys: IndexDefinition, options: IndexOptions): boolean =>
  JSON.stringify(found.key) === JSON.stringify(keys) &&
  (found.unique ?? false) === (options.unique ?? false) &&
  found.expireAfterSeconds === options.expireAfterSeconds &&
  JSON.stringify(found.partialFilterExpression) === JSON.stringify(options.partialFilterExpression);
