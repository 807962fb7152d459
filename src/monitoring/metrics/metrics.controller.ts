import { Controller, Get, Header, Headers } from '@nestjs/common';
import { TelemetryConfig } from '../../config/app-config.js';
import { Documented } from '../../http/api-docs/documented.decorator.js';
import { bearerTokenOf, isSameToken } from '../../http/bearer-token.js';
import { UnauthorizedError } from '../../http/http.errors.js';
import { MetricsService } from './metrics.service.js';

/** For Prometheus. Counts and times only, nothing of any person or account: open to all, unless `METRICS_TOKEN` is set. */
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly config: TelemetryConfig,
    private readonly metrics: MetricsService,
  ) {}

  @Get()
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  @Header('Cache-Control', 'no-store')
  @Documented({
    summary: 'Figures for Prometheus',
    contentType: 'text/plain',
    errors: { 401: 'metrics_token_required' },
  })
  read(@Headers('authorization') authorization: string | undefined): Promise<string> {
    const { metricsToken } = this.config;
    if (metricsToken !== undefined && !isSameToken(bearerTokenOf(authorization) ?? '', metricsToken)) {
      throw new UnauthorizedError('metrics_token_required', 'Send METRICS_TOKEN as a bearer token.');
    }
    return this.metrics.text();
  }
}
