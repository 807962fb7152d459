import { describe, expect, it } from '@jest/globals';
import type { CommentEvent, MessageEvent } from '../../instagram/instagram-event.js';
import type { PersonalEvent } from '../answerable-event.js';
import type { ContactDocument } from '../contacts/contact.schema.js';
import { countAnswer, MAX_ANSWERS_A_DAY, MAX_ANSWERS_A_MINUTE } from './loop.guard.js';

const START = 1_800_000_000_000;
const message = (timestamp: number): MessageEvent & { person: string } => ({
  kind: 'message',
  account: '1',
  person: '2',
  timestamp,
  mid: 'm',
  attachments: [],
});

/** At which of these events a loop is found, counted from 1. */
function foundAt(events: PersonalEvent[]): number | null {
  let contact: ContactDocument | null = null;
  for (const [index, event] of events.entries()) {
    const counted = countAnswer(event, `job-${index}`, contact);
    if (counted?.exceeded) return index + 1;
    if (counted) contact = { answers: counted.answers } as ContactDocument;
  }
  return null;
}
const every = (ms: number, count: number) =>
  Array.from({ length: count }, (_, index) => message(START + index * ms));

describe('countAnswer', () => {
  it('finds two programs that answer each other at once', () => {
    expect(foundAt(every(300, 100))).toBe(MAX_ANSWERS_A_MINUTE + 1);
  });

  it('finds two programs that take their time', () => {
    expect(foundAt(every(20_000, 1000))).toBe(MAX_ANSWERS_A_DAY + 1);
  });

  it('lets a person tap through a menu, day after day', () => {
    expect(foundAt(every(5000, 12))).toBeNull();
    expect(foundAt(every(600_000, 5000))).toBeNull();
  });

  it('goes by when the events happened, not by when they are worked off', () => {
    expect(foundAt(every(10_000, 150))).toBeNull();
  });

  it('counts a job that runs again once', () => {
    const first = countAnswer(message(START), 'job', null)!;
    const again = countAnswer(message(START), 'job', { answers: first.answers } as ContactDocument)!;
    expect(again.answers).toEqual(first.answers);
  });

  it('does not count comments', () => {
    const comment: CommentEvent & { person: string } = {
      kind: 'comment',
      account: '1',
      person: '2',
      timestamp: START,
      commentId: 'c',
      text: '',
      own: false,
    };
    expect(foundAt(Array.from({ length: 1000 }, () => comment))).toBeNull();
  });
});
