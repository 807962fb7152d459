import type { NestExpressApplication } from '@nestjs/platform-express';
import express, { type RequestHandler } from 'express';

const MAX_ADMIN_BODY_BYTES = 1_000_000;
const MAX_FORM_BYTES = 32_768;
/** A token in JSON. Strangers may send this one, so it is the smallest. */
const MAX_SIGN_IN_BYTES = 4096;
/** An export of some 100,000 contacts. Larger ones go by the command line. */
const MAX_IMPORT_BYTES = 32_000_000;

/**
 * Forms are what Instagram posts when an owner leaves. Bodies of the admin routes are JSON, read once the caller is known.
 * The application must be created with `bodyParser: false`.
 *
 * @param admit refuses, before anything is read, whoever has no business with the admin routes
 */
export function useBodyParsers(app: NestExpressApplication, admit: RequestHandler): void {
  app.use('/api/oauth', express.urlencoded({ limit: MAX_FORM_BYTES, extended: false }));
  app.use('/api/admin', admit);
  app.use('/api/admin/session', express.json({ limit: MAX_SIGN_IN_BYTES }));
  app.use('/api/admin/import', express.json({ limit: MAX_IMPORT_BYTES }));
  app.use('/api/admin', express.json({ limit: MAX_ADMIN_BODY_BYTES }));
}
