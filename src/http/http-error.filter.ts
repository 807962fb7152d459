import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import { errorAnswer } from './error-answer.js';

/** Answers a request that failed. */
@Catch()
export class HttpErrorFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const { body, headers } = errorAnswer(error);
    if (response.headersSent) {
      response.end();
      return;
    }
    // Stated, since the route may have set the type of its good answer already.
    response.status(body.statusCode).set(headers).type('application/json').json(body);
  }
}
