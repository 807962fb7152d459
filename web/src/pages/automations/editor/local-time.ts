const two = (n: number) => String(n).padStart(2, '0');

/** ISO 8601 → what `<input type="datetime-local">` shows, in the viewer's zone; empty when it is no time. */
export function toLocalInput(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '';
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The other way round, in UTC; empty stays empty. */
export const fromLocalInput = (local: string): string => (local === '' ? '' : new Date(local).toISOString());
