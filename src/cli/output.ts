/** For programs: one JSON object on a line. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

const CONTROL = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Ids and names come from webhooks: at a terminal, control characters in them would be obeyed. */
export const printable = (text: string): string => text.replace(CONTROL, '\u{FFFD}');

export const formatNumber = (value: number): string => value.toLocaleString('en-US');

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatNumber(count)} ${count === 1 ? one : many}`;

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
] as const;

/** `850 ms`, `12.3 s`, `5 min`, `3 h`, `12 d`: short, and as exact as a reader needs. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  for (const [size, unit] of UNITS) if (ms >= 2 * size) return `${Math.floor(ms / size)} ${unit}`;
  return `${(ms / 1000).toFixed(1)} s`;
}

/** Lines of at most so many characters, broken between words; a longer word has a line of its own. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
