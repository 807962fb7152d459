import type { ErrorDetail } from '../../../api/api-error.js';

/** What a field says of itself; of what lies below it (`keywords.2`) with the place, counted from 1. */
export function shownError(
  details: readonly ErrorDetail[],
  path: string,
  within: boolean,
): string | undefined {
  const own = details.find((detail) => detail.path === path);
  if (own) return own.message;
  if (!within) return undefined;
  const below = details.find((detail) => detail.path.startsWith(`${path}.`));
  if (!below) return undefined;
  const place = Number(below.path.slice(path.length + 1).split('.')[0]);
  return Number.isNaN(place) ? below.message : `no. ${place + 1} ${below.message}`;
}
