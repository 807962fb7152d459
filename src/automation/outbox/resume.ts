import type { MessageDocument } from './message.schema.js';

/**
 * What to do about a send for which there is a row already:
 *
 * - `skip`: Instagram confirmed it
 * - `send`: it certainly did not arrive
 * - `send_again`: nobody knows whether it arrived; the next one may be a duplicate and is marked so
 * - `taken`: another job has it: a comment takes one private reply, and that job is giving it
 */
export type NextStep = 'skip' | 'send' | 'send_again' | 'taken';

/** What an echo tells is in the row already; the conversation itself is read back before `send_again` is carried out. */
export function nextStep(row: Pick<MessageDocument, 'job' | 'status'>, job: string): NextStep {
  if (row.job !== job) return 'taken';
  switch (row.status) {
    case 'sent':
      return 'skip';
    case 'failed':
      return 'send';
    case 'sending':
    case 'unknown':
      return 'send_again';
  }
}
