import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';

/** Makes every declared index before the first request: a unique index that comes late guards nothing. */
@Injectable()
export class IndexBuilder implements OnModuleInit {
  private readonly logger = new Logger('Database');

  constructor(@InjectConnection() private readonly connection: Connection) {}

  async onModuleInit(): Promise<void> {
    const models = Object.values(this.connection.models);
    for (const model of models) await model.createIndexes();
    this.logger.log({ msg: 'indexes ready', collections: models.map((model) => model.collection.name) });
  }
}
