import { documentValue, elementsOf } from '../../bson/bson-reader.js';
import type { BsonValue } from '../../bson/bson-value.js';
import { storeErrors } from '../../store.errors.js';
import type { Update } from './compiled-update.js';
import { fillTimestamps } from './empty-timestamps.js';
import { keepId } from './immutable-id.js';

/** A whole new document; it keeps the `_id` of the one it replaces. */
export function compileReplacement(replacement: BsonValue): Update {
  for (const { name } of elementsOf(replacement)) {
    if (name.startsWith('$')) {
      throw storeErrors.DollarPrefixedFieldName(
        `The dollar ($) prefixed field '${name}' in '${name}' is not allowed in the context of an update's ` +
          'replacement document. Consider using an aggregation pipeline with $replaceWith.',
      );
    }
  }
  const bytes = replacement.bytes.subarray(replacement.start, replacement.end);
  return {
    isReplacement: true,
    touchedPaths: undefined,
    positionalArrayPath: undefined,
    apply: (doc, { now }) => {
      const replaced = keepId(documentValue(doc), fillTimestamps(bytes, now));
      return Buffer.compare(replaced, doc) === 0 ? doc : replaced;
    },
  };
}
