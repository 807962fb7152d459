import { ConfigurableModuleBuilder, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { GraphClient } from './graph/graph.client.js';
import type { GraphClientOptions } from './graph/graph.client.js';

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<GraphClientOptions>()
  .setClassMethodName('forRoot')
  .setExtras({}, (definition) => ({ ...definition, global: true }))
  .build();

/** Gives the whole app its one {@link GraphClient}: import it once, at the root, with `forRoot` or `forRootAsync`. */
@Module({
  providers: [
    {
      provide: GraphClient,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: (options: GraphClientOptions) => new GraphClient(options),
    },
  ],
  exports: [GraphClient],
})
export class InstagramModule extends ConfigurableModuleClass implements OnApplicationShutdown {
  constructor(private readonly graph: GraphClient) {
    super();
  }

  /** The last step of a shutdown, not `onModuleDestroy`: handlers that are still draining may have a message to send. */
  async onApplicationShutdown(): Promise<void> {
    await this.graph.close();
  }
}
