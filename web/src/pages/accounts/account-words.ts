import { absoluteTime } from '../../components/relative-time.js';
import type { Account } from '../../api/use-accounts.js';

export interface Advice {
  /** What is the matter, in one sentence. */
  text: string;
  /** What mends it, where something can be done. */
  remedy?: 'replace_token' | 'resume';
}

const DAY_MS = 86_400_000;
/** Tokens are refreshed when half of their 60 days is over; one with less than this was not. */
const SOON_MS = 7 * DAY_MS;

const pauses: Record<string, string> = {
  by_owner: 'Paused by you. Events are kept, and answered once it goes on.',
  account_restricted: 'Instagram has restricted the account: look into its app, then go on.',
};

/** What somebody should know, or do, about an account; null when all is well. */
export function adviceOn(account: Account, nowMs: number): Advice | null {
  switch (account.status) {
    case 'reconnect':
      return {
        text: 'Instagram refuses the token. Its events wait, and are answered once the account is connected again.',
        remedy: 'replace_token',
      };
    case 'paused':
      return {
        text:
          pauses[account.statusReason ?? ''] ??
          `Paused, since Instagram said: ${(account.statusReason ?? 'nothing').replaceAll('_', ' ')}. See to it there, then go on.`,
        remedy: 'resume',
      };
    case 'throttled':
      return { text: `Instagram wants a rest${untilOf(account)}. It goes on by itself.` };
    case 'active':
      return expiryAdvice(account, nowMs);
  }
}

const untilOf = ({ throttledUntil }: Account): string =>
  throttledUntil === undefined ? '' : ` until ${absoluteTime(Date.parse(throttledUntil))}`;

function expiryAdvice({ tokenExpiresAt }: Account, nowMs: number): Advice | null {
  if (tokenExpiresAt === undefined) return null;
  const leftMs = Date.parse(tokenExpiresAt) - nowMs;
  if (leftMs > SOON_MS) return null;
  const text =
    leftMs <= 0
      ? 'The token has expired.'
      : `The token expires in ${Math.ceil(leftMs / DAY_MS)} days and could not be refreshed yet.`;
  return { text, remedy: 'replace_token' };
}

export interface Quota {
  limit: number;
  windowMs: number;
  used: number;
  fullUntil: string | null;
}

/** `15 of 750 in an hour`. */
export function quotaInWords({ used, limit, windowMs }: Quota): string {
  const window = windowMs >= 3_600_000 ? 'in an hour' : 'in a second';
  return `${used.toLocaleString()} of ${limit.toLocaleString()} ${window}`;
}

/** In per cent, for a bar. */
export const shareUsed = ({ used, limit }: Quota): number =>
  limit > 0 ? Math.min(100, (used / limit) * 100) : 0;
