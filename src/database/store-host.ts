import { Injectable, Logger } from '@nestjs/common';
import { DatabaseConfig } from '../config/app-config.js';
import { ConfigError } from '../config/config.errors.js';
import { openEmbeddedStore, StoreStartError, type EmbeddedStore } from './embedded/embedded-store.js';

/** Decides what the process connects to: `MONGODB_URI`, or else the embedded store of the data directory. */
@Injectable()
export class StoreHost {
  private readonly logger = new Logger('Database');
  private store: EmbeddedStore | undefined;

  constructor(private readonly config: DatabaseConfig) {}

  /** Starts the embedded store if there is no server to use; ms-fast when another process runs it already. */
  async uri(): Promise<string> {
    if (this.config.uri !== undefined) return this.config.uri;
    const { dataDir, storePort } = this.config;
    this.store = await openEmbeddedStore({
      dataDir,
      ...(storePort !== undefined && { port: storePort }),
      onUnexpectedError: (error) => this.logger.error({ msg: `embedded store: ${error}` }),
    }).catch(explain);
    const { role, tcpUri, uri } = this.store;
    // The connection string holds the password: of it, only the port is told.
    const port = tcpUri === undefined ? undefined : Number(new URL(tcpUri).port);
    this.logger.log({ msg: 'embedded store ready', dataDir, role, ...(port !== undefined && { port }) });
    return uri;
  }

  async close(): Promise<void> {
    await this.store?.close();
    this.store = undefined;
  }
}

/** @throws ConfigError where a variable has to be changed */
function explain(error: unknown): never {
  if (!(error instanceof StoreStartError) || error.reason !== 'port') throw error;
  const message = 'names a port that another program uses: choose another, or 0 for any that is free';
  throw new ConfigError([{ variable: 'EMBEDDED_STORE_PORT', message }]);
}
