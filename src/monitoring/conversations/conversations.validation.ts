import { z } from 'zod';
import { conversationStates } from '../../automation/contacts/conversation.repository.js';
import { DEFAULT_PAGE_SIZE } from '../../http/paging.js';

const text = z.string().trim().min(1, 'must not be empty').max(100);
/** What happened last in each of them takes some queries: of fifty, too long. */
const DEFAULT_CONVERSATIONS = 25;
const cursor = z.string().max(1000).optional();

export const listConversationsSchema = z.strictObject({
  account: z
    .string()
    .regex(/^\d{1,25}$/, "must be an account's Instagram id")
    .optional(),
  text: text.optional(),
  tag: text.optional(),
  state: z.enum(conversationStates, { error: `must be one of ${conversationStates.join(', ')}` }).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(DEFAULT_CONVERSATIONS),
  cursor,
});

export const threadSchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(DEFAULT_PAGE_SIZE),
  cursor,
});
