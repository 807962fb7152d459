import type {
  ActionType,
  Automation,
  Condition,
  MatchMode,
  Trigger,
  TriggerType,
} from './automation.types.js';

/** What things are called on the page. */

export const triggerNames: Record<TriggerType, string> = {
  message: 'Somebody sends a message',
  comment: 'Somebody comments',
  story_reply: 'Somebody replies to a story',
  story_mention: 'Somebody mentions the account in a story',
  postback: 'Somebody taps a button',
  quick_reply: 'Somebody taps a quick reply',
  referral: 'Somebody comes by a link or an ad',
  reaction: 'Somebody reacts to a message',
  default: 'Nothing else answers a message',
};

export const shortTriggerNames: Record<TriggerType, string> = {
  message: 'Message',
  comment: 'Comment',
  story_reply: 'Story reply',
  story_mention: 'Story mention',
  postback: 'Button tap',
  quick_reply: 'Quick reply tap',
  referral: 'Link or ad',
  reaction: 'Reaction',
  default: 'Anything else',
};

export const matchNames: Record<MatchMode, string> = {
  any: 'says anything',
  contains: 'contains',
  word: 'has the word',
  exact: 'is exactly',
  starts_with: 'starts with',
  regex: 'fits the pattern',
};

export const conditionNames: Record<Condition['type'], string> = {
  follows_account: 'The person follows the account',
  first_contact: 'It is the first contact ever',
  has_tag: 'The person has the tag',
  lacks_tag: 'The person does not have the tag',
  attribute: 'The person has the attribute',
};

export const actionNames: Record<ActionType, string> = {
  send_message: 'Send a message',
  send_cards: 'Send cards',
  send_media: 'Send a picture, video or file',
  reply_to_comment: 'Reply under the comment',
  ask: 'Ask a question',
  wait: 'Wait',
  typing: 'Show typing',
  react: 'React to the message',
  add_tag: 'Add a tag',
  remove_tag: 'Remove a tag',
  set_attribute: 'Note an attribute',
  pause_automation: 'Hand over to a person',
  call_webhook: 'Call a webhook',
};

const KEYWORDS_SHOWN = 4;

/** When an automation fires, in one line: `Message contains “price”, “cost”`. */
export function describeTrigger(trigger: Trigger): string {
  const name = shortTriggerNames[trigger.type];
  if ('match' in trigger) {
    const { mode, keywords } = trigger.match;
    if (mode === 'any') return name;
    const shown = keywords.slice(0, KEYWORDS_SHOWN).map((keyword) => `“${keyword}”`);
    const more = keywords.length - shown.length;
    return `${name} ${matchNames[mode]} ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  }
  switch (trigger.type) {
    case 'postback':
    case 'quick_reply':
      if (trigger.payload !== undefined) return `${name} with ${trigger.payload}`;
      return trigger.payloadPrefix === undefined ? name : `${name} with ${trigger.payloadPrefix}…`;
    case 'referral':
      return trigger.ref === undefined ? name : `${name} with ${trigger.ref}`;
    case 'reaction':
      return trigger.emoji === undefined ? name : `${name} ${trigger.emoji}`;
    default:
      return name;
  }
}

/** What it does, in one line: `Reply under the comment, send a message`. */
export function describeActions({ actions }: Pick<Automation, 'actions'>): string {
  const names = actions.map(({ type }) => actionNames[type].toLowerCase());
  const counted = [...new Set(names)].map((name) => {
    const times = names.filter((each) => each === name).length;
    return times > 1 ? `${name} (${times}×)` : name;
  });
  const text = counted.join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
