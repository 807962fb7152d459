import { Injectable, Logger } from '@nestjs/common';
import { DatabaseConfig } from '../config/app-config.js';
import { openEmbeddedStore, type EmbeddedStore } from './embedded/embedded-store.js';

/** Decides what the process connects to: `MONGODB_URI`, or else the embedded store of the data directory. */
@Injectable()
export class StoreHost {
  private readonly logger = new Logger('Database');
  private store: EmbeddedStore | undefined;

  constructor(private readonly config: DatabaseConfig) {}

  /** Starts the embedded store if there is no server to use; ms-fast when another process runs it already. */
  async uri(): Promise<string> {
    if (this.config.uri !== undefined) return this.config.uri;
    this.store = await openEmbeddedStore({ dataDir: this.config.dataDir });
    this.logger.log({ msg: 'embedded store ready', dataDir: this.config.dataDir, role: this.store.role });
    return this.store.uri;
  }

  async close(): Promise<void> {
    await this.store?.close();
    this.store = undefined;
  }
}
