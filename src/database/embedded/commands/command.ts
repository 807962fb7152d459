import type { ClientState } from '../auth/client-state.js';
import type { CursorRegistry } from '../cursor/cursor-registry.js';
import type { Catalog } from '../storage/catalog.js';
import type { Environment } from '../storage/environment.js';
import type { Purger } from '../storage/purger.js';
import type { Arguments } from './arguments.js';

/** What commands work on. */
export interface StoreContext {
  readonly environment: Environment;
  readonly catalog: Catalog;
  readonly cursors: CursorRegistry;
  readonly purger: Purger;
  now(): Date;
  /** Told of errors that are the store's own fault. */
  onUnexpectedError(error: unknown): void;
}

export interface CommandRequest {
  readonly database: string;
  readonly args: Arguments;
  readonly client: ClientState;
  /** When `maxTimeMS` is over, by `performance.now()`. */
  readonly deadlineMs: number;
}

/** One command. Its answer is the whole reply document, `ok` included. */
export interface Command {
  readonly name: string;
  /** All fields it takes beside its name and those that every command takes. */
  readonly fields: readonly string[] | 'any';
  /** The command runs on the database `admin` only. */
  readonly adminOnly?: boolean;
  /** Answered before a connection over TCP has authenticated. */
  readonly needsNoAuthentication?: boolean;
  run(request: CommandRequest, context: StoreContext): Promise<Buffer> | Buffer;
}
