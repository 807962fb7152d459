import { createHash } from 'node:crypto';
import { deserialize, serialize } from 'bson';
import { checkName } from './collection-name.js';
import type { Environment } from './environment.js';
import { afterPrefix } from './key-space.js';
import { raiseFormat } from './store-format.js';

/** A read-only view: stages of an aggregation over a collection or another view of the same database. */
export interface View {
  readonly database: string;
  readonly name: string;
  readonly viewOn: string;
  /** BSON of the array of stages. */
  readonly pipeline: Uint8Array;
}

const VIEW_PREFIX = Buffer.from('view/');

/** Which views there are, kept as the catalog keeps collections. Views are saved and dropped inside statements only. */
export class ViewCatalog {
  private readonly views = new Map<string, View>();

  constructor(private readonly environment: Environment) {
    const range = { start: VIEW_PREFIX, end: afterPrefix(VIEW_PREFIX) };
    for (const { value } of environment.catalog.getRange(range)) {
      const view = deserialize(value, { promoteBuffers: true }) as View;
      this.views.set(namespaceOf(view), view);
    }
  }

  find(database: string, name: string): View | undefined {
    return this.views.size === 0 ? undefined : this.views.get(`${database}.${name}`);
  }

  all(): View[] {
    return [...this.views.values()];
  }

  inDatabase(database: string): View[] {
    return this.all().filter((view) => view.database === database);
  }

  /** Puts a view in its place, new or changed. @throws StoreError InvalidNamespace (73). */
  save(view: View): void {
    checkName(view.database, view.name);
    const namespace = namespaceOf(view);
    const before = this.views.get(namespace);
    this.views.set(namespace, view);
    this.environment.writes.onRollback(() => {
      if (before) this.views.set(namespace, before);
      else this.views.delete(namespace);
    });
    raiseFormat(this.environment);
    this.environment.catalog.putSync(keyOf(view), Buffer.from(serialize(view)));
  }

  drop(view: View): void {
    const namespace = namespaceOf(view);
    this.views.delete(namespace);
    this.environment.writes.onRollback(() => this.views.set(namespace, view));
    this.environment.catalog.removeSync(keyOf(view));
  }
}

function namespaceOf({ database, name }: View): string {
  return `${database}.${name}`;
}

/** A digest: LMDB's keys are shorter than a namespace may be. */
function keyOf(view: View): Buffer {
  return Buffer.concat([VIEW_PREFIX, createHash('sha256').update(namespaceOf(view)).digest()]);
}
