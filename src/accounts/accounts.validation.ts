import { z } from 'zod';
import { pageQuerySchema } from '../http/paging.js';
import { accountStatuses } from './account.schema.js';

const instagramId = z
  .string()
  .regex(/^\d{1,32}$/, 'must be the numeric id of an Instagram professional account');
const username = z.string().regex(/^[A-Za-z0-9._]{1,30}$/, 'must be an Instagram username');
const accessToken = z
  .string()
  .min(1, 'must not be empty')
  .max(2048)
  .regex(/^\S+$/, 'must not contain white space');

export const connectByTokenSchema = z.strictObject({ accessToken });

export const connectAccountSchema = z.strictObject({ instagramId, username, accessToken });

export const updateAccountSchema = z
  .strictObject({
    username: username.optional(),
    accessToken: accessToken.optional(),
    status: z.enum(['active', 'paused'], { error: 'must be active or paused' }).optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'must name at least one field to change');

export const listAccountsSchema = pageQuerySchema.extend({
  status: z.enum(accountStatuses, { error: `must be one of ${accountStatuses.join(', ')}` }).optional(),
  /** Part of the username, or the id. */
  q: z.string().trim().max(100, 'must have at most 100 characters').optional(),
});
