import type { MessageDocument } from '../../automation/outbox/message.schema.js';
import type { Kept, OutboundEntry } from './thread.view.js';

/** Actions that send a text of their own. */
const withText: ReadonlySet<string> = new Set(['send_message', 'ask', 'reply_to_comment']);

export function toOutboundEntry(
  send: MessageDocument,
  kept: Kept,
  echoedAt: ReadonlyMap<string, Date>,
): OutboundEntry {
  const { _id, createdAt, updatedAt, type, text, shown, status, possibleDuplicate } = send;
  const { error, automation, job, comment, instagramMessageId } = send;
  const shownText = text ?? shown?.text;
  return {
    type: 'out',
    id: _id,
    at: createdAt,
    settledAt: updatedAt,
    action: type,
    text: shownText ?? null,
    textGone: shownText === undefined && withText.has(type) && createdAt < kept.sentTextsSince,
    ...(shown && { shown }),
    status,
    possibleDuplicate,
    ...(error !== undefined && { error }),
    automation,
    job,
    ...(comment !== undefined && { comment }),
    ...(instagramMessageId !== undefined && { instagramMessageId }),
    echoedAt: (instagramMessageId !== undefined && echoedAt.get(instagramMessageId)) || null,
  };
}
