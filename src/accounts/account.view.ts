import { z } from 'zod';
import { timeSchema } from '../http/api-docs/json-schema.js';
import { accountStatuses, type AccountDocument, type AccountStatus } from './account.schema.js';

/** An account as the admin API shows it: never its token. */
export interface AccountView {
  id: string;
  instagramId: string;
  username: string;
  status: AccountStatus;
  statusReason?: string;
  throttledUntil?: Date;
  /** Absent where it is not known: of a token that was entered by hand and not refreshed yet. */
  tokenExpiresAt?: Date;
  createdAt: Date;
  updatedAt: Date;
}

export function toAccountView(account: AccountDocument): AccountView {
  const {
    instagramId,
    username,
    status,
    statusReason,
    throttledUntil,
    tokenExpiresAt,
    createdAt,
    updatedAt,
  } = account;
  return {
    id: account._id.toHexString(),
    instagramId,
    username,
    status,
    ...(statusReason !== undefined && { statusReason }),
    ...(throttledUntil && { throttledUntil }),
    ...(tokenExpiresAt && { tokenExpiresAt }),
    createdAt,
    updatedAt,
  };
}

/** The same on the wire. */
export const accountViewSchema = z
  .object({
    id: z.string(),
    instagramId: z.string(),
    username: z.string(),
    status: z.enum(accountStatuses),
    statusReason: z.string().optional(),
    throttledUntil: timeSchema.optional(),
    tokenExpiresAt: timeSchema.optional(),
    createdAt: timeSchema,
    updatedAt: timeSchema,
  })
  .meta({ id: 'Account' });
