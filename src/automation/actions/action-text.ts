import { textOf } from '../answerable-event.js';
import { cutToLimit } from '../templates/text-limit.js';
import type { ActionContext } from './action-context.js';
import type { CompiledTexts } from './compiled-action.js';

/** The text that an action sends for this event; empty when its variables are all that it has and they are unknown. */
export async function renderText(
  { texts, limit, contactNeeds }: CompiledTexts,
  context: ActionContext,
): Promise<string> {
  const template = texts[pick(texts.length, `${context.job.id}:${context.automation}:${context.position}`)]!;
  const text = template.render({
    contact: contactNeeds.size > 0 ? await context.contact() : {},
    event: { text: textOf(context.event) },
    account: { username: context.account.username },
  });
  return cutToLimit(text.trim(), limit);
}

/** The same choice each time that a job runs: after a crash, the text that may have gone out is sent again and no other. */
function pick(count: number, seed: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let at = 0; at < seed.length; at += 1) hash = Math.imul(hash ^ seed.charCodeAt(at), 0x01_00_01_93);
  return (hash >>> 0) % count;
}
