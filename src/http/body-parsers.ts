import type { NestExpressApplication } from '@nestjs/platform-express';
import express from 'express';

const MAX_ADMIN_BODY_BYTES = 1_000_000;

/** Bodies of the admin routes are JSON. The application must be created with `bodyParser: false`. */
export function useBodyParsers(app: NestExpressApplication): void {
  app.use('/api/admin', express.json({ limit: MAX_ADMIN_BODY_BYTES }));
}
