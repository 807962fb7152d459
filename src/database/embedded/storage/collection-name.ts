import { storeErrors } from '../store.errors.js';

/** @throws StoreError InvalidNamespace (73). */
export function checkName(database: string, name: string): void {
  if (
    name === '' ||
    name.includes('\0') ||
    name.includes('$') ||
    name.startsWith('.') ||
    name.endsWith('.')
  ) {
    throw storeErrors.InvalidNamespace(`Invalid collection name: ${name}`);
  }
  if (name.startsWith('system.')) {
    throw storeErrors.InvalidNamespace(`Invalid system namespace: ${database}.${name}`);
  }
  if (Buffer.byteLength(`${database}.${name}`) > 255) {
    throw storeErrors.InvalidNamespace(
      `Fully qualified namespace is too long. Namespace: ${database}.${name} Max: 255`,
    );
  }
}
