export interface Figures {
  fired: number;
  sent: number;
  failed: number;
  clicks: number;
  skipped: Record<string, number>;
}

export type DayFigures = Figures & { day: string };

const DAY_MS = 86_400_000;

/** The first of so many days that end with this one (`YYYY-MM-DD`, in UTC). */
export const firstDay = (last: string, days: number): string => dayOf(Date.parse(last) - (days - 1) * DAY_MS);

/** Also the days on which nothing happened, which the server leaves out. Both ends are included. */
export function everyDay(days: readonly DayFigures[], from: string, to: string): DayFigures[] {
  const known = new Map(days.map((each) => [each.day, each]));
  const all: DayFigures[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += DAY_MS) {
    const day = dayOf(at);
    all.push(known.get(day) ?? { day, fired: 0, sent: 0, failed: 0, clicks: 0, skipped: {} });
  }
  return all;
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
