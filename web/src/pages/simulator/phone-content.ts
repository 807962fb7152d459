/** A tap that a message offers. */
export interface Offer {
  kind: 'quick_reply' | 'postback' | 'link';
  title: string;
  /** Of a link: its address. */
  payload: string;
}

export interface Card {
  title: string;
  subtitle: string | undefined;
  offers: Offer[];
}

/** What a message shows beside its text. */
export interface PhoneContent {
  text: string | undefined;
  media: string | undefined;
  cards: Card[];
  offers: Offer[];
}

/**
 * Reads a message as it was sent to Instagram.
 * https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/messaging-api
 */
export function readContent(content: unknown): PhoneContent {
  const message = objectOf(content);
  const attachment = objectOf(message['attachment']);
  const payload = objectOf(attachment['payload']);
  const isTemplate = attachment['type'] === 'template';
  return {
    text: textOf(message['text']) ?? textOf(payload['text']),
    media: isTemplate ? undefined : textOf(attachment['type']),
    cards: listOf(payload['elements']).map((element) => ({
      title: textOf(element['title']) ?? '',
      subtitle: textOf(element['subtitle']),
      offers: buttonsOf(element['buttons']),
    })),
    offers: [...buttonsOf(payload['buttons']), ...listOf(message['quick_replies']).map(quickReplyOf)],
  };
}

const quickReplyOf = (reply: Record<string, unknown>): Offer => ({
  kind: 'quick_reply',
  title: textOf(reply['title']) ?? '',
  payload: textOf(reply['payload']) ?? '',
});

const buttonsOf = (buttons: unknown): Offer[] =>
  listOf(buttons).map((button) => ({
    kind: button['type'] === 'web_url' ? 'link' : 'postback',
    title: textOf(button['title']) ?? '',
    payload: textOf(button['payload']) ?? textOf(button['url']) ?? '',
  }));

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

const listOf = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.map((each) => objectOf(each)) : [];
