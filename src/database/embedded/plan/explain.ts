import type { Document } from 'bson';
import type { Collection } from '../storage/collection.js';
import type { Environment } from '../storage/environment.js';
import { Matches } from './matches.js';
import { planQuery, type AccessPath, type Plan } from './planner.js';
import type { Query } from './query.js';

/** The plan of a query in the form of MongoDB's `queryPlanner` section. */
export function explainPlan(collection: Collection | undefined, namespace: string, query: Query): Document {
  const plan = collection && planQuery(collection, query.filter, query.sort, query.hint);
  return {
    plannerVersion: 1,
    namespace,
    indexFilterSet: false,
    winningPlan: plan ? describePlan(plan, query) : { stage: 'EOF' },
    rejectedPlans: [],
  };
}

/** Runs the query and counts, in the form of MongoDB's `executionStats` section. */
export function explainExecution(
  environment: Environment,
  collection: Collection | undefined,
  query: Query,
): Document {
  const start = performance.now();
  let found = 0;
  let keys = 0;
  let documents = 0;
  if (collection) {
    const plan = planQuery(collection, query.filter, query.sort, query.hint);
    const matches = new Matches(environment, collection, query, plan.access);
    const wanted = plan.mustSort ? 0 : (query.skip ?? 0) + (query.limit ?? 0);
    for (const match of matches) {
      found += match ? 1 : 0;
      if (wanted > 0 && found >= wanted && query.limit) break;
    }
    keys = plan.access.kind === 'collection' ? 0 : matches.keysRead;
    documents = matches.documentsExamined;
  }
  const afterSkip = Math.max(0, found - (query.skip ?? 0));
  return {
    executionSuccess: true,
    nReturned: query.limit ? Math.min(afterSkip, query.limit) : afterSkip,
    executionTimeMillis: Math.round(performance.now() - start),
    totalKeysExamined: keys,
    totalDocsExamined: documents,
  };
}

function describePlan(plan: Plan, { sort, skip, limit }: Query): Document {
  let stage = describeAccess(plan.access);
  if (plan.mustSort && sort) {
    const sortPattern = Object.fromEntries(sort.fields.map((field) => [field.path, field.direction]));
    stage = { stage: 'SORT', sortPattern, inputStage: stage };
  }
  if (skip) stage = { stage: 'SKIP', skipAmount: skip, inputStage: stage };
  if (limit) stage = { stage: 'LIMIT', limitAmount: limit, inputStage: stage };
  return stage;
}

function describeAccess(access: AccessPath): Document {
  switch (access.kind) {
    case 'collection':
      return { stage: 'COLLSCAN', direction: access.reverse ? 'backward' : 'forward' };
    case 'union':
      return {
        stage: 'FETCH',
        inputStage: { stage: 'OR', inputStages: access.paths.map((path) => describeAccess(path)) },
      };
    case 'keys':
      return { stage: 'FETCH', inputStage: describeScan(access) };
    case 'ranges':
      return { stage: 'FETCH', inputStage: describeScan(access) };
  }
}

function describeScan(access: AccessPath & { kind: 'keys' | 'ranges' }): Document {
  const { index } = access;
  const { spec, traits } = index;
  const isRanges = access.kind === 'ranges';
  return {
    stage: 'IXSCAN',
    keyPattern: Object.fromEntries(spec.fields.map((field) => [field.path, field.direction])),
    indexName: spec.name,
    isMultiKey: traits.multikey.length > 0,
    isUnique: spec.unique,
    isSparse: spec.sparse,
    isPartial: spec.partialFilter !== undefined,
    direction: isRanges && access.reverse ? 'backward' : 'forward',
    // Not MongoDB's indexBounds: how many ranges are read, and which further fields are tested on their keys.
    ranges: isRanges ? access.ranges.length : access.keys.length,
    keyConditions: isRanges ? access.keyTests.map((test) => spec.fields[test.position]!.path) : [],
  };
}
