import { toExactInteger } from '../bson/bson-number.js';
import { isNumber } from '../bson/bson-number.js';
import { DocumentBuilder } from '../bson/document-builder.js';
import { nextBatchReply } from '../cursor/cursor-reply.js';
import type { Command } from './command.js';

export const getMoreCommand: Command = {
  name: 'getMore',
  fields: ['collection', 'batchSize', 'term', 'lastKnownCommittedOpTime'],
  run({ args, database }, { cursors }) {
    const id = Number(args.long('getMore') ?? 0n);
    const collection = args.requiredString('collection');
    const most = args.count('batchSize') || Number.POSITIVE_INFINITY;
    const namespace = `${database}.${collection}`;
    return nextBatchReply({ id, namespace, most, waitMs: args.count('maxTimeMS') }, cursors);
  },
};

export const killCursorsCommand: Command = {
  name: 'killCursors',
  fields: ['cursors'],
  run({ args }, { cursors }) {
    const killed: bigint[] = [];
    const notFound: bigint[] = [];
    for (const value of args.array('cursors') ?? args.missing('cursors')) {
      const id = isNumber(value) ? (toExactInteger(value) ?? 0n) : 0n;
      (cursors.close(Number(id)) ? killed : notFound).push(id);
    }
    const builder = new DocumentBuilder();
    for (const [name, ids] of Object.entries({
      cursorsKilled: killed,
      cursorsNotFound: notFound,
      cursorsAlive: [],
      cursorsUnknown: [],
    })) {
      builder.openArray(name);
      for (const [at, id] of ids.entries()) builder.appendLong(at, id);
      builder.close();
    }
    return builder.appendDouble('ok', 1).finish();
  },
};
