import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Controller, Get, Header, Param, StreamableFile } from '@nestjs/common';
import { z } from 'zod';
import { Documented } from '../../http/api-docs/documented.decorator.js';
import { NotFoundError } from '../../http/http.errors.js';
import { API_DOCS_FILES, API_DOCS_PAGE, API_DOCS_POLICY, API_DOCS_START } from './api-docs.page.js';
import { ApiDocsService } from './api-docs.service.js';
import type { ApiDocument } from './api-document.js';

const swaggerUi = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const A_DAY = 'max-age=86400';

/** The API's description, for programs and, with Swagger UI, for people. Open to all: it tells what is in the source. */
@Controller('api/docs')
export class ApiDocsController {
  constructor(private readonly docs: ApiDocsService) {}

  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', API_DOCS_POLICY)
  @Header('X-Content-Type-Options', 'nosniff')
  @Documented({ summary: 'This description, as a page', contentType: 'text/html' })
  page(): string {
    return API_DOCS_PAGE;
  }

  @Get('openapi.json')
  @Header('Cache-Control', 'no-cache')
  @Documented({
    summary: 'This description, as an OpenAPI 3.1 document',
    answer: z.looseObject({ openapi: z.literal('3.1.0') }),
  })
  openApi(): ApiDocument {
    return this.docs.document;
  }

  @Get('start.js')
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  @Documented({ summary: 'Starts the page', contentType: 'text/javascript' })
  start(): string {
    return API_DOCS_START;
  }

  @Get(':file')
  @Header('Cache-Control', A_DAY)
  @Header('X-Content-Type-Options', 'nosniff')
  @Documented({
    summary: 'What the page is made of',
    contentType: 'application/octet-stream',
    errors: { 404: 'not_found' },
  })
  file(@Param('file') file: string): StreamableFile {
    const type = Object.hasOwn(API_DOCS_FILES, file) ? API_DOCS_FILES[file] : undefined;
    if (type === undefined) throw new NotFoundError('not_found', 'There is no such file.');
    return new StreamableFile(createReadStream(join(swaggerUi, file)), { type });
  }
}
