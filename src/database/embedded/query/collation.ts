import { documentValue, elementsOf, readString } from '../bson/bson-reader.js';
import { BsonType } from '../bson/bson-value.js';
import { storeErrors } from '../store.errors.js';

/**
 * Accepts the collation that compares bytes, `{locale: 'simple'}`, and refuses all others.
 * @throws StoreError BadValue (2) for a collation without a locale, NotImplemented (238) for another locale.
 */
export function requireSimpleCollation(collation: Uint8Array): void {
  const fields = elementsOf(documentValue(collation));
  const locale = fields.find(({ name }) => name === 'locale')?.value;
  if (locale?.type !== BsonType.string) {
    throw storeErrors.BadValue("BSON field 'collation.locale' is missing but a required field");
  }
  if (readString(locale) !== 'simple') {
    throw storeErrors.NotImplemented(
      'collations other than {locale: "simple"} are not supported by this store',
    );
  }
  if (fields.length > 1) {
    throw storeErrors.BadValue('a collation with locale "simple" takes no other field');
  }
}
