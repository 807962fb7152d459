export interface TextLimit {
  max: number;
  unit: 'bytes' | 'characters';
}

/** Instagram counts message texts in UTF-8 bytes, texts above buttons and in cards in characters. */
export const MESSAGE_LIMIT: TextLimit = { max: 1000, unit: 'bytes' };
export const BUTTON_TEXT_LIMIT: TextLimit = { max: 640, unit: 'characters' };
export const CARD_LIMIT: TextLimit = { max: 80, unit: 'characters' };
export const TITLE_LIMIT: TextLimit = { max: 20, unit: 'characters' };

const utf8 = new TextEncoder();

/** As the server measures: characters are UTF-16 code units. */
export const sizeOf = (text: string, { unit }: TextLimit): number =>
  unit === 'bytes' ? utf8.encode(text).length : text.length;
