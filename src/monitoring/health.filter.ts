import { Catch, ServiceUnavailableException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';

/** Answers a failed check as any error, with the report that says what is down beside it. */
@Catch(ServiceUnavailableException)
export class HealthFilter implements ExceptionFilter<ServiceUnavailableException> {
  catch(error: ServiceUnavailableException, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const report = error.getResponse() as object;
    const message = 'The server can not take requests now.';
    response.status(503).json({ statusCode: 503, code: 'unhealthy', message, ...report });
  }
}
