import { Readable } from 'node:stream';
import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  Post,
  Query,
  StreamableFile,
  UseGuards,
} from '@nestjs/common';
import { z } from 'zod';
import { AdminGuard } from '../../http/admin.guard.js';
import { ZodPipe } from '../../http/zod.pipe.js';
import { ExportService } from './export.service.js';
import { ImportService } from './import.service.js';
import { importReportSchema, transferDocumentSchema, type ImportReport } from './transfer-document.js';
import { transferParts } from './transfer-parts.js';
import { Documented } from '../../http/api-docs/documented.decorator.js';

const account = z
  .string()
  .regex(/^\d{1,32}$/, 'must be an Instagram account id')
  .optional();

const exportSchema = z.strictObject({
  account,
  include: z
    .string()
    .default(transferParts.join(','))
    .transform((list) => list.split(','))
    .pipe(z.array(z.enum(transferParts, { error: `must be some of ${transferParts.join(', ')}` })))
    .transform((list) => transferParts.filter((part) => list.includes(part))),
});

const importSchema = z.strictObject({
  account,
  dryRun: z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .default('false')
    .transform((value) => value === 'true'),
});

/** Automations and contacts as a file. */
@Controller('api/admin')
@UseGuards(AdminGuard)
export class TransferController {
  constructor(
    private readonly exports: ExportService,
    private readonly imports: ImportService,
  ) {}

  @Get('export')
  @Header('Cache-Control', 'no-store')
  @Documented({ summary: 'Automations and contacts as a file', answer: transferDocumentSchema })
  export(@Query(new ZodPipe(exportSchema)) options: z.infer<typeof exportSchema>): StreamableFile {
    return new StreamableFile(Readable.from(this.exports.write(options)), {
      type: 'application/json; charset=utf-8',
      disposition: 'attachment; filename="chatautodm-export.json"',
    });
  }

  /** Answers what became of each entry; wrong ones stop no others, so it is 200 as long as it is an export at all. */
  @Post('import')
  @HttpCode(200)
  @Documented({
    summary: 'Takes an export in, and answers what became of each entry',
    body: transferDocumentSchema,
    answer: importReportSchema,
  })
  import(
    @Query(new ZodPipe(importSchema)) target: z.infer<typeof importSchema>,
    @Body() document: unknown,
  ): Promise<ImportReport> {
    return this.imports.import(document, target);
  }
}
