const LEVELS = [...'▁▂▃▄▅▆▇█'];

/** One character for each value, the newest last; values that don't fit are left out at the beginning. */
export function sparkline(values: readonly number[], width: number): string {
  const shown = values.slice(-width);
  const most = Math.max(...shown, 1);
  return shown.map((value) => (value <= 0 ? ' ' : LEVELS[levelOf(value / most)]!)).join('');
}

/** `value` of `most` as a part of `width`; what is not nothing shows at least a sliver. */
export function bar(value: number, most: number, width: number): string {
  if (value <= 0 || width <= 0) return '';
  const share = most <= 0 ? 0 : Math.min(1, value / most);
  return '█'.repeat(Math.max(1, Math.round(share * width)));
}

/** The same with the rest of the width to be seen: for what has a fixed end. */
export const meter = (value: number, most: number, width: number): string =>
  bar(value, most, width).padEnd(Math.max(0, width), '░');

const levelOf = (share: number): number => Math.min(LEVELS.length - 1, Math.floor(share * LEVELS.length));
