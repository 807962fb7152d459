import { Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { readBuildInfo } from '../config/build-info.js';
import { TelemetryConfig } from '../config/app-config.js';
import { Telemetry } from './telemetry.js';

async function openTelemetry({ traces, eachLogged }: TelemetryConfig): Promise<Telemetry> {
  if (traces === undefined) return new Telemetry(undefined, eachLogged);
  const { openSpans } = await import('./open-spans.js');
  return new Telemetry(await openSpans(traces.protocol, readBuildInfo().version), eachLogged);
}

@Global()
@Module({
  providers: [{ provide: Telemetry, inject: [TelemetryConfig], useFactory: openTelemetry }],
  exports: [Telemetry],
})
export class TelemetryModule implements OnApplicationShutdown {
  constructor(private readonly telemetry: Telemetry) {}

  /** The last step: jobs that end in the shutdown are part of it. */
  async onApplicationShutdown(): Promise<void> {
    await this.telemetry.spans?.close().catch(() => undefined);
  }
}
