import type { InboundEntry, ListedConversation } from './conversation-types.js';

/** What stands above an event of the person; nothing above a plain message. */
export function titleOf({ kind, comment, story, referral }: InboundEntry): string | undefined {
  switch (kind) {
    case 'message':
      return referral ? `Message, came by “${referral}”` : undefined;
    case 'story_reply':
      return `Replied to the story ${story?.id ?? ''}`.trim();
    case 'story_mention':
      return 'Mentioned the account in a story';
    case 'quick_reply':
      return 'Tapped a quick reply';
    case 'postback':
      return 'Tapped a button';
    case 'comment':
      return `Commented${comment?.parent === undefined ? '' : ' in reply'} on post ${comment?.media ?? ''}`.trim();
    case 'live_comment':
      return 'Commented on a live video';
    case 'edit':
      return 'Edited a message';
    case 'referral':
      return `Followed the link “${referral ?? ''}”`;
    default:
      return kind.replaceAll('_', ' ');
  }
}

/** What is no bubble but a line between them; undefined for what is one. */
export function lineOf({ kind, reaction }: InboundEntry): string | undefined {
  if (kind === 'seen') return 'Seen';
  if (kind === 'reaction') {
    return reaction?.taken ? 'Took a reaction back' : `Reacted with ${reaction?.emoji ?? 'an emoji'}`;
  }
  if (kind === 'mention') return 'Mentioned the account under a post';
  if (kind === 'unknown') return 'Something that this version does not know';
  return undefined;
}

const actions: Record<string, string> = {
  send_message: 'Message with buttons',
  send_media: 'Media',
  send_cards: 'Cards',
  react: 'Reaction',
  typing: 'Typing dots',
  reply_to_comment: 'Public reply',
  ask: 'Question',
};

export const actionOf = (action: string): string => actions[action] ?? action.replaceAll('_', ' ');

const unsent: Record<string, string> = { failed: 'Not sent: ', unknown: 'Perhaps sent: ' };

/** One line for the list. */
export function previewOf({ last }: ListedConversation): string {
  if (!last) return 'Nothing of it is kept any more';
  const who =
    last.type === 'in' ? '' : last.type === 'human' ? 'Team: ' : (unsent[last.status ?? ''] ?? 'Bot: ');
  const what = last.type === 'out' ? actionOf(last.kind) : last.kind.replaceAll('_', ' ');
  return `${who}${last.text ?? what}`;
}
