/**
 * Two texts that a person would call the same fold to the same string: case, accents, width, runs of white space and
 * characters that can't be seen do not count.
 *
 * Which marks are dropped is decided by script, not by Unicode's general category: `\p{M}` would turn Devanagari कि and
 * कु into the same क, `\p{Diacritic}` holds the virama that joins consonants and the Japanese voicing marks that tell が
 * from か. So only these go:
 * - combining accents of Latin, Greek and Cyrillic (U+0300 to U+036F and their extensions; so й folds to и, ё to е)
 * - Hebrew points and Arabic vowel, hamza and recitation marks, which everyday writing leaves out (أ folds to ا)
 * - tatweel (U+0640), which only stretches an Arabic word
 */
const droppedMarks = new RegExp(
  [
    '[\\u0300-\\u036F\\u1AB0-\\u1AFF\\u1DC0-\\u1DFF\\u20D0-\\u20FF\\uFE20-\\uFE2F\\u0483-\\u0487',
    '\\u0591-\\u05BD\\u05BF\\u05C1\\u05C2\\u05C4\\u05C5\\u05C7',
    '\\u0610-\\u061A\\u0640\\u064B-\\u065F\\u0670\\u06D6-\\u06DC\\u06DF-\\u06E4\\u06E7\\u06E8\\u06EA-\\u06ED]',
  ].join(''),
  'gu',
);

/** Invisible characters and skin tones. Tags stay: they tell the flag of Scotland from that of Wales. */
const invisible = /(?![\u200D\u{E0020}-\u{E007F}])\p{DI}|\p{Emoji_Modifier}/gu;

/** A joiner counts only between two emoji, where it makes one picture of them. */
const strayJoiner = /(?<!\p{ExtPict})\u200D|\u200D(?!\p{ExtPict})/gu;

/** Accented letters that have no decomposition in Unicode, and the apostrophes that phones type by themselves. */
const lettersToReplace = /[øłđħŧæœς\u2018\u2019\u02BC]/gu;
const replacements: Readonly<Record<string, string>> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ħ: 'h',
  ŧ: 't',
  æ: 'ae',
  œ: 'oe',
  ς: 'σ',
  '\u2018': "'",
  '\u2019': "'",
  '\u02BC': "'",
};

const loneSurrogate = /\p{Cs}/gu;

const plainAscii = /^[\x20-\x7E]*$/;

/** More than any message or comment that Instagram lets through; bounds the work on what it might send one day. */
const MAX_LENGTH = 10_000;

/** Folds a text for matching, white space collapsed and trimmed. Folding twice changes nothing more. */
export function foldText(text: string): string {
  return foldCharacters(text.length > MAX_LENGTH ? text.slice(0, MAX_LENGTH) : text)
    .replace(/\s+/gu, ' ')
    .trim();
}

/** Folds every character but leaves white space as it is: for the parts of a pattern. */
export function foldCharacters(text: string): string {
  if (plainAscii.test(text)) return text.toLowerCase();
  return (
    text
      .replace(loneSurrogate, '\uFFFD')
      .normalize('NFKD')
      .replace(droppedMarks, '')
      .replace(invisible, '')
      .replace(strayJoiner, '')
      // By way of upper case, which unites ß with ss and ı with i; and lower case before it for the capital ẞ.
      .toLowerCase()
      .toUpperCase()
      .toLowerCase()
      .replace(lettersToReplace, (letter) => replacements[letter] ?? letter)
      .normalize('NFKC')
  );
}
