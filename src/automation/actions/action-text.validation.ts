import { z } from 'zod';
import { TemplateError } from '../templates/template.errors.js';
import { Template } from '../templates/template.js';
import {
  BUTTON_TEXT_LIMIT,
  CARD_TEXT_LIMIT,
  fitsLimit,
  MESSAGE_TEXT_LIMIT,
  type TextLimit,
} from '../templates/text-limit.js';

/** A text with variables, no longer than Instagram takes it even before they are filled in. */
const template = (limit: TextLimit, tooLong: string) =>
  z.string().superRefine((text, context) => {
    const report = (message: string) => context.addIssue({ code: 'custom', message });
    if (text.trim() === '') report('must not be empty');
    if (!fitsLimit(text, limit)) report(tooLong);
    try {
      Template.parse(text);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      report(error.message);
    }
  });

export const templateText = template(
  MESSAGE_TEXT_LIMIT,
  `must be at most ${MESSAGE_TEXT_LIMIT.max} bytes in UTF-8`,
);

export const cardText = template(CARD_TEXT_LIMIT, `must have at most ${CARD_TEXT_LIMIT.max} characters`);

export const textsShape = {
  text: templateText.optional(),
  texts: z.array(templateText).min(1, 'must have at least one text').max(50, 'must be at most 50').optional(),
};

// Counted in UTF-16 code units, the strictest reading of Instagram's "20 characters".
const title = z.string().trim().min(1, 'must not be empty').max(20, 'must have at most 20 characters');
const payload = z.string().min(1, 'must not be empty').max(1000, 'must have at most 1000 characters');
export const httpsUrl = z
  .url({ protocol: /^https$/, error: 'must be an https URL' })
  .max(2000, 'must have at most 2000 characters');

export const buttonsSchema = () => z.array(buttonSchema).min(1).max(3, 'must be at most 3');

export const quickReplySchema = z.strictObject({ title, payload });

const buttonSchema = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('url'), title, url: httpsUrl }),
    z.strictObject({ type: z.literal('postback'), title, payload }),
  ],
  { error: 'must be one of url, postback' },
);

interface ActionTexts {
  text?: string | undefined;
  texts?: string[] | undefined;
  quickReplies?: unknown;
  buttons?: unknown;
}

/** What no single field of an action can tell. */
export function textProblems(action: ActionTexts, context: z.RefinementCtx): void {
  const report = (path: PropertyKey[], message: string) =>
    context.addIssue({ code: 'custom', path, message });
  if (action.text === undefined && action.texts === undefined) report(['text'], 'is required, or else texts');
  if (action.text !== undefined && action.texts !== undefined)
    report(['texts'], 'can not be given beside text');
  if (!action.buttons) return;
  if (action.quickReplies) report(['quickReplies'], 'can not be given beside buttons');
  const tooLong = `must have at most ${BUTTON_TEXT_LIMIT.max} characters above buttons`;
  if (action.text !== undefined && !fitsLimit(action.text, BUTTON_TEXT_LIMIT)) report(['text'], tooLong);
  action.texts?.forEach((text, index) => {
    if (!fitsLimit(text, BUTTON_TEXT_LIMIT)) report(['texts', index], tooLong);
  });
}
