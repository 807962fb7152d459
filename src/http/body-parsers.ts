import type { NestExpressApplication } from '@nestjs/platform-express';
import express from 'express';
import { requireAdminToken } from './admin-token.js';

export const WEBHOOK_PATH = '/api/webhooks/instagram';
const MAX_ADMIN_BODY_BYTES = 1_000_000;

/**
 * Webhooks are kept as bytes, since the signature covers those; all else is JSON. The application must be created with
 * `bodyParser: false`.
 */
export function useBodyParsers(
  app: NestExpressApplication,
  maxWebhookBytes: number,
  adminToken: string,
): void {
  app.use(WEBHOOK_PATH, express.raw({ type: () => true, limit: maxWebhookBytes, inflate: false }));
  app.use('/api/admin', requireAdminToken(adminToken), express.json({ limit: MAX_ADMIN_BODY_BYTES }));
}
