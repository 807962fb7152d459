export type FindingStatus = 'ok' | 'warn' | 'fail';

/** What one check found. */
export interface Finding {
  /** What was checked, in two or three words. */
  check: string;
  status: FindingStatus;
  message: string;
  /** What to do; with everything that is not ok. */
  advice?: string;
}

export const ok = (check: string, message: string): Finding => ({ check, status: 'ok', message });

export const warn = (check: string, message: string, advice: string): Finding => ({
  check,
  status: 'warn',
  message,
  advice,
});

export const fail = (check: string, message: string, advice: string): Finding => ({
  check,
  status: 'fail',
  message,
  advice,
});
