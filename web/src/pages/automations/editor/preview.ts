import type { Action, Button, Card, TriggerType } from '../automation.types.js';

/** One thing in the preview, from top to bottom. */
export type PreviewItem =
  | { kind: 'in'; text: string }
  | { kind: 'bubble'; text: string; buttons: Button[]; quickReplies: string[]; variants: number }
  | { kind: 'media'; media: string; url: string }
  | { kind: 'cards'; cards: Card[] }
  | { kind: 'public'; text: string; variants: number }
  /** What the person does not see. */
  | { kind: 'note'; text: string };

/** Somebody, so that one sees how a text reads. */
const sample: Record<string, string> = {
  'contact.username': 'ada.lovelace',
  'contact.name': 'Ada',
  'account.username': 'your_account',
};

const PLACEHOLDER = /\{\{([^{}|]*)(?:\|([^{}]*))?\}\}/g;

/** With the variables filled in: by a sample person, else by their fallbacks, else by their names. */
export function fillIn(text: string, eventText = ''): string {
  return text.replace(PLACEHOLDER, (_whole, variable: string, fallback?: string) => {
    const name = variable.trim();
    const value = name === 'event.text' ? eventText : sample[name];
    return value || fallback?.trim() || `[${name}]`;
  });
}

/** What a conversation would look like. */
export function previewOf(
  actions: readonly Action[],
  trigger: TriggerType,
  eventText: string,
): PreviewItem[] {
  const items: PreviewItem[] = [{ kind: 'in', text: incoming(trigger, eventText) }];
  for (const action of actions) items.push(...itemsOf(action, eventText));
  return items;
}

function incoming(trigger: TriggerType, text: string): string {
  switch (trigger) {
    case 'story_mention':
      return 'mentioned you in a story';
    case 'reaction':
      return `reacted ${text || '❤️'}`;
    case 'postback':
    case 'quick_reply':
      return text === '' ? 'taps' : `taps ${text}`;
    case 'referral':
      return text === '' ? 'comes by a link' : `comes by the link ${text}`;
    default:
      return text || '…';
  }
}

function itemsOf(action: Action, eventText: string): PreviewItem[] {
  const fill = (text: string | undefined) => fillIn(text ?? '', eventText);
  switch (action.type) {
    case 'send_message':
      return [
        {
          kind: 'bubble',
          text: fill(action.texts?.[0] ?? action.text),
          buttons: action.buttons ?? [],
          quickReplies: (action.quickReplies ?? []).map(({ title }) => title),
          variants: action.texts?.length ?? 1,
        },
      ];
    case 'reply_to_comment':
      return [
        {
          kind: 'public',
          text: fill(action.texts?.[0] ?? action.text),
          variants: action.texts?.length ?? 1,
        },
      ];
    case 'ask':
      return [
        { kind: 'bubble', text: fill(action.text), buttons: [], quickReplies: [], variants: 1 },
        { kind: 'note', text: `waits for the answer, and notes it as ${action.attribute || '…'}` },
      ];
    case 'send_media':
      return [{ kind: 'media', media: action.kind, url: action.url }];
    case 'send_cards':
      return [
        {
          kind: 'cards',
          cards: action.cards.map((card) => ({
            ...card,
            title: fill(card.title),
            ...(card.subtitle !== undefined && { subtitle: fill(card.subtitle) }),
          })),
        },
      ];
    default:
      return [{ kind: 'note', text: noteOf(action, fill) }];
  }
}

type Quiet = Exclude<
  Action,
  { type: 'send_message' | 'reply_to_comment' | 'ask' | 'send_media' | 'send_cards' }
>;

function noteOf(action: Quiet, fill: (text: string) => string): string {
  switch (action.type) {
    case 'typing':
      return 'typing …';
    case 'react':
      return `reacts with ${action.reaction || '…'}`;
    case 'wait':
      return action.until === undefined
        ? `waits ${inWords(action.ms ?? 0)}`
        : `waits until ${new Date(action.until).toLocaleString()}`;
    case 'add_tag':
      return `adds the tag ${action.tag || '…'}`;
    case 'remove_tag':
      return `removes the tag ${action.tag || '…'}`;
    case 'set_attribute':
      return `notes ${action.name || '…'} = ${fill(action.value)}`;
    case 'pause_automation':
      return `stays silent for ${inWords(action.ms)}: a person takes over`;
    case 'call_webhook':
      return `tells ${hostOf(action.url)}`;
  }
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** `2 days 3 hours`: exact to the second. */
export function inWords(ms: number): string {
  let rest = ms;
  const parts: string[] = [];
  for (const [unit, sizeMs] of UNITS) {
    const count = Math.floor(rest / sizeMs);
    rest -= count * sizeMs;
    if (count > 0) parts.push(`${count} ${unit}${count > 1 ? 's' : ''}`);
  }
  return parts.join(' ') || `${ms} ms`;
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '…';
}
