import type { NestExpressApplication } from '@nestjs/platform-express';
import express from 'express';
import { requireAdminToken } from './admin-token.js';

const MAX_ADMIN_BODY_BYTES = 1_000_000;
const MAX_FORM_BYTES = 32_768;
/** An export of some 100,000 contacts. Larger ones go by the command line. */
const MAX_IMPORT_BYTES = 32_000_000;

/**
 * Forms are what Instagram posts when an owner leaves. Bodies of the admin routes are JSON, read once the token is known to be right. The application must be created with
 * `bodyParser: false`.
 */
export function useBodyParsers(app: NestExpressApplication, adminToken: string): void {
  app.use('/api/oauth', express.urlencoded({ limit: MAX_FORM_BYTES, extended: false }));
  app.use('/api/admin', requireAdminToken(adminToken));
  app.use('/api/admin/import', express.json({ limit: MAX_IMPORT_BYTES }));
  app.use('/api/admin', express.json({ limit: MAX_ADMIN_BODY_BYTES }));
}
