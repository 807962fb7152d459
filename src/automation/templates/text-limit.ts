const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

const measures = {
  bytes: (text: string) => Buffer.byteLength(text),
  characters: (text: string) => text.length,
};

/** How Instagram counts: message texts in UTF-8 bytes, texts above buttons in characters (UTF-16 code units). */
export interface TextLimit {
  max: number;
  unit: keyof typeof measures;
}

export const MESSAGE_TEXT_LIMIT: TextLimit = { max: 1000, unit: 'bytes' };
export const BUTTON_TEXT_LIMIT: TextLimit = { max: 640, unit: 'characters' };
/** The title and the subtitle of a card. */
export const CARD_TEXT_LIMIT: TextLimit = { max: 80, unit: 'characters' };

export const fitsLimit = (text: string, { max, unit }: TextLimit): boolean => measures[unit](text) <= max;

/**
 * The longest beginning of a text within a limit that ends between two visible characters, so that an emoji or an
 * accented letter is never torn; between two code points where one visible character alone is longer than the limit.
 */
export function cutToLimit(text: string, limit: TextLimit): string {
  if (fitsLimit(text, limit)) return text;
  const whole = takeWhileFitting(
    Array.from(graphemes.segment(beginning(text, limit)), ({ segment }) => segment),
    limit,
  );
  return whole === '' ? takeWhileFitting(beginning(text, limit), limit) : whole;
}

/** No unit counts less than 1 for a code unit; one more keeps whole the visible character at the edge. */
const beginning = (text: string, { max }: TextLimit): string => text.slice(0, max + 64);

function takeWhileFitting(parts: Iterable<string>, { max, unit }: TextLimit): string {
  let taken = '';
  let size = 0;
  for (const part of parts) {
    size += measures[unit](part);
    if (size > max) break;
    taken += part;
  }
  return taken;
}
