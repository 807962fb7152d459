import { Global, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { InjectConnection, MongooseModule } from '@nestjs/mongoose';
import { ScheduleModule } from '@nestjs/schedule';
import type { Connection } from 'mongoose';
import { Clock } from './clock.js';
import { DatabaseClock } from './database-clock.js';
import { DatabaseInspector } from './database-inspector.js';
import { failWritesToClosedSockets } from './driver-writes.js';
import { IndexBuilder } from './index-builder.js';
import { StoreFigures } from './store-figures.js';
import { StoreHost } from './store-host.js';

failWritesToClosedSockets();

@Module({ providers: [StoreHost], exports: [StoreHost] })
class StoreHostModule {}

/**
 * The one Mongoose connection. Commands fail after seconds rather than wait: Instagram sends a webhook again when it is
 * refused, but counts one that is answered too late as failed all the same.
 */
const connectionOptions = {
  // Stated, not left to the server's defaults: acknowledged means on disk and safe from a failover, and the queue reads
  // what it has just written.
  writeConcern: { w: 'majority', journal: true },
  readPreference: 'primary',
  serverSelectionTimeoutMS: 3000,
  socketTimeoutMS: 20_000,
  maxPoolSize: 20,
  autoIndex: false,
  autoCreate: false,
  bufferCommands: false,
  // For StoreFigures. Beside what a command costs it is not to be measured.
  monitorCommands: true,
  retryAttempts: 3,
  retryDelay: 1000,
} as const;

const DEFAULT_DATABASE = 'chatautodm';

/** The database that the URI names after its hosts, if it names one. */
const namesDatabase = (uri: string) => /^mongodb(\+srv)?:\/\/[^/]+\/[^?]+/.test(uri);

async function connectionTo(host: StoreHost) {
  const uri = await host.uri();
  return { ...connectionOptions, uri, ...(!namesDatabase(uri) && { dbName: DEFAULT_DATABASE }) };
}

/** The connection and the clock, and nothing that changes the database: enough for commands that look. */
@Global()
@Module({
  imports: [
    ScheduleModule.forRoot(),
    MongooseModule.forRootAsync({
      imports: [StoreHostModule],
      inject: [StoreHost],
      useFactory: connectionTo,
    }),
    StoreHostModule,
  ],
  providers: [DatabaseInspector, StoreFigures, { provide: Clock, useClass: DatabaseClock }],
  exports: [Clock, StoreFigures],
})
export class ConnectionModule implements OnApplicationShutdown {
  private readonly logger = new Logger('Database');

  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly host: StoreHost,
  ) {
    this.logger.log({ msg: 'database connected', host: connection.host, name: connection.name });
  }

  /** The store goes after the connection, or the driver would try to find it again. */
  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
    await this.host.close();
  }
}

/** The connection, with every declared index made before the first request. */
@Module({ imports: [ConnectionModule], providers: [IndexBuilder] })
export class DatabaseModule {}
