import type { INestApplicationContext } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import { automationSchema } from '../automation/automation.validation.js';
import { ConflictError } from '../http/http.errors.js';
import { AutomationsService } from '../automation/automations.service.js';
import { DEMO_ACCOUNT } from './demo-identity.js';

const account = DEMO_ACCOUNT.instagramId;
const common = { account, enabled: true, priority: 0 };

const automations = [
  {
    ...common,
    name: 'Price questions',
    trigger: { type: 'message', match: { mode: 'contains', keywords: ['price', 'cost', 'how much'] } },
    actions: [
      {
        type: 'send_message',
        text: 'Hi {{contact.username|there}}, it is 49 EUR.',
        quickReplies: [{ title: 'Order', payload: 'ORDER' }],
      },
    ],
  },
  {
    ...common,
    name: 'Replies to stories',
    trigger: { type: 'story_reply', match: { mode: 'any' } },
    actions: [{ type: 'send_message', text: 'Thank you for your reply to our story!' }],
  },
  {
    ...common,
    name: 'Order button',
    trigger: { type: 'postback', payload: 'ORDER' },
    actions: [{ type: 'send_message', text: 'Great! Where shall we send it?' }],
  },
  {
    ...common,
    name: 'Order quick reply',
    trigger: { type: 'quick_reply', payload: 'ORDER' },
    actions: [{ type: 'send_message', text: 'Great! Where shall we send it?' }],
  },
  {
    ...common,
    name: 'Link in the comments',
    trigger: { type: 'comment', match: { mode: 'word', keywords: ['link'] } },
    actions: [
      { type: 'reply_to_comment', text: 'We have just sent you a message, @{{contact.username|friend}}!' },
      { type: 'send_message', text: 'Here is the link you asked for: https://example.com/shop' },
    ],
  },
];

/** Connects the sandbox's account with an automation of each kind, unless it is connected already. */
export async function seedDemoAccount(app: INestApplicationContext): Promise<void> {
  try {
    await app.get(AccountsService).connect(account, DEMO_ACCOUNT.username, 'IGAA-sandbox-token');
  } catch (error) {
    if (error instanceof ConflictError) return;
    throw error;
  }
  const service = app.get(AutomationsService);
  for (const automation of automations) await service.create(automationSchema.parse(automation));
}
