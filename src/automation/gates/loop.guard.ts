import { isComment, type PersonalEvent } from '../answerable-event.js';
import type { AnswerCount, ContactDocument } from '../contacts/contact.schema.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * Two programs that answer each other do so within seconds and for ever. A person who taps through a menu as fast as one
 * can read stays below both.
 */
export const MAX_ANSWERS_A_MINUTE = 15;
export const MAX_ANSWERS_A_DAY = 200;

/** How long a conversation rests in which a loop was found. */
export const LOOP_PAUSE_MS = 3_600_000;

/**
 * Counts an event that is to be answered, by the times of the events: what piled up while the program was away was not
 * written within a minute. Comments don't count: the account's answer to one is no comment on the other's post.
 *
 * @returns what to keep, and whether it is one too many; undefined for an event that does not count
 */
export function countAnswer(
  event: PersonalEvent,
  job: string,
  contact: ContactDocument | null,
): { answers: AnswerCount; exceeded: boolean } | undefined {
  if (isComment(event)) return undefined;
  const before = contact?.answers;
  if (before?.job === job) return { answers: before, exceeded: isExceeded(before) };
  const minute = within(before?.minuteFrom, event.timestamp, MINUTE_MS);
  const day = within(before?.dayFrom, event.timestamp, DAY_MS);
  const now = new Date(event.timestamp);
  const answers: AnswerCount = {
    job,
    minuteFrom: minute ?? now,
    inMinute: minute ? before!.inMinute + 1 : 1,
    dayFrom: day ?? now,
    inDay: day ? before!.inDay + 1 : 1,
  };
  return { answers, exceeded: isExceeded(answers) };
}

/** The beginning of the span that is running, if the moment is in it. */
const within = (from: Date | undefined, atMs: number, spanMs: number): Date | undefined =>
  from !== undefined && Math.abs(atMs - from.getTime()) < spanMs ? from : undefined;

const isExceeded = ({ inMinute, inDay }: AnswerCount): boolean =>
  inMinute > MAX_ANSWERS_A_MINUTE || inDay > MAX_ANSWERS_A_DAY;
