const wordCharacter = /[\p{L}\p{N}\p{M}_]/u;

/** Written without spaces between words, so that only a dictionary knows where one ends. */
const unspacedScript =
  /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmr}\p{scx=Mymr}]/u;

/** What may be the inside of one visible character: emoji sequences, flags, marks. */
const clusterPart = /[\u200D\p{RI}\p{M}\u{E0020}-\u{E007F}]/u;

const words = new Intl.Segmenter('en', { granularity: 'word' });
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Tells where words of one text begin and end.
 *
 * `Intl.Segmenter` alone would be simpler, and wrong for the texts that people type: by UAX #29 "price.thanks" and
 * "can't" are one word each. It also costs some 20 µs a text. So letters, digits and marks make words, and the segmenter's
 * dictionary is asked only between two characters of a script that is written without spaces.
 */
export class WordBoundaries {
  private wordSegments: Intl.Segments | undefined;
  private graphemeSegments: Intl.Segments | undefined;

  /** @param text folded */
  constructor(private readonly text: string) {}

  /** Whether a word, or an emoji, may begin or end between the code units at `index - 1` and `index`. */
  at(index: number): boolean {
    if (index <= 0 || index >= this.text.length) return true;
    const before = codePointBefore(this.text, index);
    const after = String.fromCodePoint(this.text.codePointAt(index)!);
    if (wordCharacter.test(before) && wordCharacter.test(after))
      return this.betweenLetters(before, after, index);
    if (clusterPart.test(before) || clusterPart.test(after)) {
      this.graphemeSegments ??= graphemes.segment(this.text);
      return this.graphemeSegments.containing(index)?.index === index;
    }
    return true;
  }

  private betweenLetters(before: string, after: string, index: number): boolean {
    const unspacedBefore = unspacedScript.test(before);
    if (unspacedBefore !== unspacedScript.test(after)) return true;
    if (!unspacedBefore) return false;
    this.wordSegments ??= words.segment(this.text);
    return this.wordSegments.containing(index)?.index === index;
  }
}

function codePointBefore(text: string, index: number): string {
  const unit = text.charCodeAt(index - 1);
  const isLowSurrogate = unit >= 0xdc00 && unit <= 0xdfff;
  return String.fromCodePoint(text.codePointAt(isLowSurrogate ? index - 2 : index - 1)!);
}
