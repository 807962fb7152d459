import { documentValue, elementsOf, getField, readString } from '../../bson/bson-reader.js';
import { BsonType, typeAlias, type BsonValue } from '../../bson/bson-value.js';
import { storeErrors } from '../../store.errors.js';
import { depthOf, requireDepth } from './document-depth.js';
import { applyNode } from './apply-node.js';
import { compileArrayFilters, type ArrayFilters } from './array-filters.js';
import { requireSameId } from './immutable-id.js';
import { bitModifier, incrementModifier, multiplyModifier } from './modifiers/arithmetic.js';
import { popModifier, pullAllModifier, pullModifier } from './modifiers/array-pull.js';
import { pushModifier } from './modifiers/array-push.js';
import { addToSetModifier } from './modifiers/array-set.js';
import { currentDateModifier, extremeModifier, setModifier, UNSET } from './modifiers/assignment.js';
import { RENAMED_AWAY, renameModifier } from './modifiers/rename.js';
import type { Modifier, UpdateNode } from './update-node.js';
import { UpdateTree } from './update-tree.js';
import type { Update } from './compiled-update.js';

const MODIFIERS: Record<string, (field: string, operand: BsonValue, place: number) => Modifier> = {
  $set: (_field, _operand, place) => setModifier(place),
  $setOnInsert: (_field, _operand, place) => setModifier(place, true),
  $unset: () => UNSET,
  $inc: incrementModifier,
  $mul: multiplyModifier,
  $min: (_field, _operand, place) => extremeModifier(-1, place),
  $max: (_field, _operand, place) => extremeModifier(1, place),
  $currentDate: (_field, operand) => currentDateModifier(operand),
  $push: (_field, operand) => pushModifier(operand),
  $addToSet: (_field, operand) => addToSetModifier(operand),
  $pull: (_field, operand) => pullModifier(operand),
  $pullAll: (_field, operand) => pullAllModifier(operand),
  $pop: popModifier,
  $bit: bitModifier,
};

/** The operators of updates, sorted. */
export const SUPPORTED_UPDATE_OPERATORS: readonly string[] = [
  ...Object.keys(MODIFIERS),
  '$rename',
].toSorted();

/** Compiles an update made of operators: `{$set: {…}, $inc: {…}}`. */
export function compileOperatorUpdate(update: BsonValue, arrayFilterBytes: readonly Uint8Array[]): Update {
  const operands: BsonValue[] = [];
  return bindOperands(compileOperators(update, arrayFilterBytes, operands), operands);
}

/** What all updates share that have the same operators on the same paths. */
export interface CompiledOperators {
  readonly root: UpdateNode;
  readonly paths: readonly string[];
  readonly arrayFilters: ArrayFilters;
  readonly positionalArrayPath: string | undefined;
  readonly renames: boolean;
}

/** @param operands receives the operand of each path, in the order in which they stand in the update. */
export function compileOperators(
  update: BsonValue,
  arrayFilterBytes: readonly Uint8Array[],
  operands: BsonValue[],
): CompiledOperators {
  const tree = new UpdateTree();
  for (const { name, value } of elementsOf(update)) addOperator(tree, name, value, operands);
  const root = tree.build();
  const arrayFilters = compileArrayFilters(
    arrayFilterBytes,
    tree.usedFilters,
    (identifier) => tree.paths.find((path) => path.includes(`$[${identifier}]`)) ?? '',
  );
  const positionalPath = tree.paths.find((path) => path.includes('.$.') || path.endsWith('.$'));
  return {
    root,
    paths: tree.paths,
    arrayFilters,
    positionalArrayPath: positionalPath?.split('.$')[0],
    renames: getField(update, '$rename') !== undefined,
  };
}

export function bindOperands(compiled: CompiledOperators, operands: readonly BsonValue[]): Update {
  const { root, arrayFilters, renames } = compiled;
  return {
    isReplacement: false,
    touchedPaths: compiled.paths,
    positionalArrayPath: compiled.positionalArrayPath,
    apply: (doc, { now, matchedIndex, upsert }) => {
      const document = documentValue(doc);
      const run = { now, matchedIndex, inserting: upsert, document, arrayFilters, operands };
      const changed = applyNode(root, document, '', run);
      if (changed === document || changed === undefined) return doc;
      if (renames) requireDepth(depthOf(changed));
      return requireSameId(document, changed.bytes);
    },
  };
}

function addOperator(tree: UpdateTree, operator: string, fields: BsonValue, operands: BsonValue[]): void {
  const make = Object.hasOwn(MODIFIERS, operator) ? MODIFIERS[operator] : undefined;
  if (make === undefined && operator !== '$rename') {
    throw storeErrors.FailedToParse(
      `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
    );
  }
  if (fields.type !== BsonType.object) {
    throw storeErrors.FailedToParse(
      `Modifiers operate on fields but we found type ${typeAlias(fields.type)} instead. ` +
        `For example: {$mod: {<field>: ...}} not {${operator}: <${typeAlias(fields.type)}>}`,
    );
  }
  for (const { name, value } of elementsOf(fields)) {
    requireDepth(name.split('.').length + depthOf(value));
    if (make === undefined) addRename(tree, name, value);
    else tree.add(name, make(name, value, operands.length));
    operands.push(value);
  }
}

function addRename(tree: UpdateTree, source: string, target: BsonValue): void {
  if (target.type !== BsonType.string) {
    throw storeErrors.BadValue(
      `The 'to' field for $rename must be a string: ${source}: <${typeAlias(target.type)}>`,
    );
  }
  const destination = readString(target);
  if (destination.includes('\0')) {
    throw storeErrors.BadValue("The 'to' field for $rename cannot contain an embedded null byte");
  }
  for (const [role, path] of [
    ['source', source],
    ['destination', destination],
  ] as const) {
    if (path.split('.').some((part) => part === '$' || part.startsWith('$['))) {
      throw storeErrors.BadValue(`The ${role} field for $rename may not be dynamic: ${path}`);
    }
  }
  if (source === destination) {
    throw storeErrors.BadValue(
      `The source and target field for $rename must differ: ${source}: "${destination}"`,
    );
  }
  if (source.startsWith(`${destination}.`) || destination.startsWith(`${source}.`)) {
    throw storeErrors.BadValue(
      `The source and target field for $rename must not be on the same path: ${source}: "${destination}"`,
    );
  }
  tree.add(destination, renameModifier(source));
  tree.add(source, RENAMED_AWAY);
}
