import { MOST_NESTING } from '../bson/validate-document.js';
import { locationError, storeErrors } from '../store.errors.js';

/**
 * Checks a path of a sort, projection or expression and answers its parts.
 * @throws StoreError with the codes MongoDB uses for field paths (40352, 40353, 15998, 16410).
 */
export function parseCheckedPath(path: string): string[] {
  if (path === '') throw locationError(40_352, 'FieldPath cannot be constructed with empty string');
  if (path.endsWith('.')) throw locationError(40_353, "FieldPath must not end with a '.'.");
  const parts = path.split('.');
  if (parts.length > MOST_NESTING) throw storeErrors.Overflow('FieldPath is too long');
  for (const part of parts) {
    if (part === '') throw locationError(15_998, 'FieldPath field names may not be empty strings.');
    if (part.startsWith('$') && part !== '$ref' && part !== '$id' && part !== '$db') {
      throw locationError(
        16_410,
        `FieldPath field names may not start with '$', given '${part}'. Consider using $getField or $setField.`,
      );
    }
    if (part.includes('\0')) throw locationError(16_411, 'FieldPath field names may not contain null bytes.');
  }
  return parts;
}
