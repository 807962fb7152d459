import type { Filter, MatchSettings } from '../query/filter.js';
import type { Collection } from '../storage/collection.js';
import type { Environment } from '../storage/environment.js';
import type { AccessPath } from './planner.js';
import { walkRecords, type RecordWalk } from './record-walk.js';

export interface Match {
  readonly recordId: number;
  readonly document: Buffer;
}

/** The documents of an access path that match the filter, one by one, with what it cost to find them. */
export class Matches {
  private keysExamined = 0;
  documentsExamined = 0;
  private readonly walk: RecordWalk;

  constructor(
    environment: Environment,
    private readonly collection: Collection,
    private readonly query: { readonly filter: Filter; readonly settings?: MatchSettings | undefined },
    access: AccessPath,
  ) {
    this.walk = walkRecords(environment, collection, access);
  }

  /** Index keys read, those included that spared their document. */
  get keysRead(): number {
    return this.keysExamined + this.walk.keysPassedOver;
  }

  /** The next match; `undefined` at the end; `false` when `mostExamined` candidates did not match. */
  next(mostExamined = Number.POSITIVE_INFINITY): Match | undefined | false {
    for (let examined = 0; examined < mostExamined; examined += 1) {
      const recordId = this.walk.next();
      if (recordId === undefined || recordId === false) return recordId;
      this.keysExamined += 1;
      const document = this.collection.read(recordId);
      if (document === undefined) continue;
      this.documentsExamined += 1;
      if (this.query.filter.matches(document, this.query.settings)) return { recordId, document };
    }
    return false;
  }

  pause(): void {
    this.walk.pause();
  }

  *[Symbol.iterator](): Generator<Match> {
    try {
      for (;;) {
        const match = this.next();
        if (match === undefined) return;
        if (match) yield match;
      }
    } finally {
      this.pause();
    }
  }
}
