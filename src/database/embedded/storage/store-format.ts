import { randomBytes } from 'node:crypto';
import { numberBytes, readNumber } from './catalog-number.js';
import type { Environment } from './environment.js';

/** Raised when what stands on disk changes in a way that older versions would misread. */
export const FORMAT_VERSION = 2;
/** What a directory is written in until it holds what came later: views, and collections with options (2). */
const FIRST_FORMAT = 1;

const FORMAT_KEY = Buffer.from('format');
/** What the UUIDs of collections are made of, together with their ids. */
const SEED_KEY = Buffer.from('uuid-seed');

/** Marks a new directory. @throws Error when a newer version of the store wrote it. */
export async function prepareFormat(environment: Environment): Promise<void> {
  const version = readNumber(environment.catalog.getBinary(FORMAT_KEY));
  if (version !== undefined && version > FORMAT_VERSION) {
    throw new Error(
      `${environment.directory} is in format ${version} of the embedded store, but this version reads formats up to ${FORMAT_VERSION}`,
    );
  }
  const hasSeed = environment.catalog.getBinary(SEED_KEY) !== undefined;
  if (version !== undefined && hasSeed) return;
  await environment.writes.enqueue(() => {
    if (version === undefined) environment.catalog.putSync(FORMAT_KEY, numberBytes(FIRST_FORMAT));
    if (!hasSeed) environment.catalog.putSync(SEED_KEY, randomBytes(16));
  });
}

/** From now on a version of the store that knows less refuses the directory. Inside statements only. */
export function raiseFormat(environment: Environment): void {
  environment.catalog.putSync(FORMAT_KEY, numberBytes(FORMAT_VERSION));
}

/** The format that the directory is in. */
export function readFormat(environment: Environment): number {
  return readNumber(environment.catalog.getBinary(FORMAT_KEY)) ?? FIRST_FORMAT;
}

export function readUuidSeed(environment: Environment): Buffer {
  return Buffer.from(environment.catalog.getBinary(SEED_KEY) ?? []);
}
