import { z } from 'zod';
import type { OutgoingMessage, TemplateButton, TemplateElement } from '../../instagram/graph/graph.types.js';

/** What a message shows beside a plain text: kept for people who look into a conversation, never sent from. */
export interface ShownContent {
  /** Of a button template; the text of a plain message is in its own field. */
  text?: string;
  media?: { type: string; url: string };
  /** Their labels. */
  buttons?: string[];
  quickReplies?: string[];
  cards?: { title: string; subtitle?: string; imageUrl?: string; buttons: string[] }[];
}

/** Undefined for a plain text, which needs no more than itself. */
export function shownContent(message: OutgoingMessage): ShownContent | undefined {
  if ('text' in message) {
    return message.quick_replies && { quickReplies: message.quick_replies.map(({ title }) => title) };
  }
  const { attachment } = message;
  if (attachment.type !== 'template')
    return { media: { type: attachment.type, url: attachment.payload.url } };
  const { payload } = attachment;
  return payload.template_type === 'button'
    ? { text: payload.text, buttons: labelsOf(payload.buttons) }
    : { cards: payload.elements.map(cardOf) };
}

const labelsOf = (buttons: readonly TemplateButton[] = []): string[] => buttons.map(({ title }) => title);

const cardOf = ({ title, subtitle, image_url: imageUrl, buttons }: TemplateElement) => ({
  title,
  ...(subtitle !== undefined && { subtitle }),
  ...(imageUrl !== undefined && { imageUrl }),
  buttons: labelsOf(buttons),
});

/** The same on the wire. */
export const shownSchema = z
  .object({
    text: z.string().optional(),
    media: z.object({ type: z.string(), url: z.string() }).optional(),
    buttons: z.array(z.string()).optional(),
    quickReplies: z.array(z.string()).optional(),
    cards: z
      .array(
        z.object({
          title: z.string(),
          subtitle: z.string().optional(),
          imageUrl: z.string().optional(),
          buttons: z.array(z.string()),
        }),
      )
      .optional(),
  })
  .meta({ id: 'ShownContent' });
