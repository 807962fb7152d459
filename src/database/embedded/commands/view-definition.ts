import { payload, valuesOf } from '../bson/bson-reader.js';
import { arrayOf } from '../bson/document-builder.js';
import { checkPipeline } from '../plan/pipeline-stream.js';
import { parsePipeline } from '../query/stages/parse-pipeline.js';
import { JOIN_STAGES, joinedCollections } from '../query/stages/join-stages.js';
import type { Catalog } from '../storage/catalog.js';
import type { View } from '../storage/view-catalog.js';
import { storeErrors } from '../store.errors.js';
import type { Arguments } from './arguments.js';
import { namespaceExists } from './collection.commands.js';
import type { CommandRequest, StoreContext } from './command.js';
import { OUTPUT_STAGES } from './output-spec.js';

/** MongoDB's limit on views over views. */
const MOST_DEPTH = 20;

/** `create` with `viewOn`. */
export async function createView(
  { args, database }: CommandRequest,
  { catalog, environment }: StoreContext,
): Promise<void> {
  const name = args.requiredString('create');
  const unfit = ['capped', 'size', 'max', 'clusteredIndex', 'validator'].find((option) => args.has(option));
  if (unfit !== undefined)
    throw storeErrors.InvalidOptions(`Cannot specify 'viewOn' and '${unfit}' together`);
  const view = readView(args, database, name);
  await environment.writes.enqueue(() => {
    const before = catalog.views.find(database, name);
    if (before && isSame(before, view)) return;
    if (before || catalog.find(database, name)) throw namespaceExists(database, name);
    checkChain(catalog, view);
    catalog.views.save(view);
  });
}

/** The view of the fields `viewOn` and `pipeline`. @throws StoreError for stages that cannot be in a view. */
export function readView(args: Arguments, database: string, name: string): View {
  const viewOn = args.requiredString('viewOn');
  if (viewOn === '') throw storeErrors.BadValue("'viewOn' cannot be empty");
  const stages = args.array('pipeline') ?? [];
  const writing = parsePipeline(stages).find((stage) => OUTPUT_STAGES.has(stage.name));
  if (writing) {
    throw storeErrors.OptionNotSupportedOnView(`${writing.name} cannot be used in a view definition`);
  }
  checkPipeline(stages, []);
  // Kept whole: the stages are views of a message.
  return { database, name, viewOn, pipeline: Buffer.from(payload(arrayOf(stages))) };
}

function isSame(a: View, b: View): boolean {
  return a.viewOn === b.viewOn && Buffer.compare(a.pipeline, b.pipeline) === 0;
}

/** @throws StoreError GraphContainsCycle (5), ViewDepthLimitExceeded (165). */
export function checkChain(catalog: Catalog, view: View): void {
  const visit = (name: string, depth: number): void => {
    if (name === view.name) {
      throw storeErrors.GraphContainsCycle(`View cycle detected: ${view.database}.${view.name}`);
    }
    if (depth > MOST_DEPTH) {
      throw storeErrors.ViewDepthLimitExceeded(`View depth limit exceeded; maximum depth is ${MOST_DEPTH}`);
    }
    const below = catalog.views.find(view.database, name);
    if (below) for (const source of sourcesOf(below)) visit(source, depth + 1);
  };
  for (const source of sourcesOf(view)) visit(source, 1);
}

/** The collections and views that a view reads. */
function sourcesOf({ viewOn, pipeline }: View): string[] {
  const joins = parsePipeline(valuesOf(pipeline)).filter(({ name }) => JOIN_STAGES.has(name));
  return [viewOn, ...joins.flatMap(({ name, spec }) => joinedCollections(name, spec))];
}
