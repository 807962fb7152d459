import type { JournalEntry } from '../instagram/sandbox/sandbox.types.js';
import { answersTo, numberIn, type DemoPlan } from './demo-plan.js';

export interface CheckResult {
  /** Events that got all their answers. */
  replied: number;
  /** Answers beyond those. */
  duplicates: number;
  /** Events that lack an answer. */
  lost: number;
  /** When the last answer was sent, in ms since the epoch. */
  lastAnswerAt: number;
}

/** Holds what Instagram's stand-in received against what was asked, event by event. */
export async function checkAnswers(
  journal: AsyncIterable<JournalEntry>,
  plan: DemoPlan,
): Promise<CheckResult> {
  const answers = new Uint16Array(plan.events);
  let unasked = 0;
  let lastAnswerAt = 0;
  for await (const { content, at } of journal) {
    const n = numberIn(textOf(content));
    if (n === undefined || n >= plan.events) unasked += 1;
    else answers[n]! += 1;
    lastAnswerAt = Math.max(lastAnswerAt, at);
  }
  const result = { replied: 0, duplicates: unasked, lost: 0, lastAnswerAt };
  answers.forEach((count, n) => {
    const wanted = answersTo(n);
    if (count >= wanted) result.replied += 1;
    else result.lost += 1;
    result.duplicates += Math.max(0, count - wanted);
  });
  return result;
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  const text = typeof content === 'object' && content !== null && 'text' in content ? content.text : '';
  return typeof text === 'string' ? text : '';
}
