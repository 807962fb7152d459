import { Injectable } from '@nestjs/common';
import type { TemplateElement } from '../../instagram/graph/graph.types.js';
import type { ActionContext, ActionResult, ActionRunner } from './action-context.js';
import { renderText } from './action-text.js';
import type { CompiledCard, CompiledSendCards } from './compiled-action.js';
import { MessageSender } from './message.sender.js';

/** Up to ten cards beside one another: Instagram's generic template. */
@Injectable()
export class SendCardsAction implements ActionRunner<CompiledSendCards> {
  readonly types = ['send_cards'];

  constructor(private readonly sender: MessageSender) {}

  async run({ cards }: CompiledSendCards, context: ActionContext): Promise<ActionResult> {
    const rendered = await Promise.all(cards.map((card) => elementOf(card, context)));
    // A card without a title would have Instagram refuse all of them.
    const elements = rendered.filter(({ title }) => title !== '');
    if (elements.length === 0) return { type: 'skipped', reason: 'empty_text' };
    const payload = { template_type: 'generic', elements } as const;
    const message = { attachment: { type: 'template', payload } } as const;
    return this.sender.send({ type: 'send_cards', message }, context);
  }
}

async function elementOf(
  { title, subtitle, imageUrl, buttons }: CompiledCard,
  context: ActionContext,
): Promise<TemplateElement> {
  const shownSubtitle = subtitle && (await renderText(subtitle, context));
  return {
    title: await renderText(title, context),
    ...(shownSubtitle && { subtitle: shownSubtitle }),
    ...(imageUrl !== undefined && { image_url: imageUrl }),
    ...(buttons && { buttons }),
  };
}
