export const durationUnits = [
  { name: 'days', ms: 86_400_000 },
  { name: 'hours', ms: 3_600_000 },
  { name: 'minutes', ms: 60_000 },
  { name: 'seconds', ms: 1000 },
  { name: 'ms', ms: 1 },
] as const;

export type DurationUnit = (typeof durationUnits)[number]['name'];

/** The largest unit that divides it: 90 minutes stay 90 minutes. 0 has seconds. */
export function splitDuration(ms: number): { count: number; unit: DurationUnit } {
  if (ms === 0) return { count: 0, unit: 'seconds' };
  const unit = durationUnits.find((each) => ms % each.ms === 0) ?? durationUnits.at(-1)!;
  return { count: ms / unit.ms, unit: unit.name };
}

export const durationMs = (count: number, unit: DurationUnit): number =>
  Math.round(count * durationUnits.find(({ name }) => name === unit)!.ms);
