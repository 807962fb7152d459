import { z } from 'zod';
import { matchModes } from '../automation.types.js';
import { foldText } from './text-folding.js';
import { patternProblem } from './text-pattern.js';

const MAX_KEYWORDS = 200;
const MAX_KEYWORD_LENGTH = 200;
/** Patterns cost more to compile than words: some 5 ms for the largest that RE2 takes. */
const MAX_PATTERNS = 20;
const MAX_PATTERN_LENGTH = 500;

const keywordList = z
  .array(z.string(), { error: 'must be a list of texts' })
  .max(MAX_KEYWORDS, `must be at most ${MAX_KEYWORDS}`);

const matchFields = z.strictObject({
  mode: z.enum(matchModes, { error: `must be one of ${matchModes.join(', ')}` }),
  keywords: keywordList.default([]),
  exclude: keywordList.default([]),
});

/** Left out, it is met by everything, as every filter of a trigger is. */
export const textMatchSchema = matchFields
  .superRefine((match, context) => {
    const report = (path: PropertyKey[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    if (match.mode === 'any' && match.keywords.length > 0) report(['keywords'], 'must be empty in mode any');
    if (match.mode !== 'any' && match.keywords.length === 0)
      report(['keywords'], 'must have at least one entry');
    for (const list of ['keywords', 'exclude'] as const) {
      if (match.mode === 'regex' && match[list].length > MAX_PATTERNS) {
        report([list], `must be at most ${MAX_PATTERNS} in mode regex`);
        continue;
      }
      match[list].forEach((entry, index) => {
        const problem = match.mode === 'regex' ? badPattern(entry) : badKeyword(entry);
        if (problem) report([list, index], problem);
      });
    }
  })
  .default({ mode: 'any', keywords: [], exclude: [] });

function badKeyword(keyword: string): string | null {
  if (keyword.length > MAX_KEYWORD_LENGTH) return `must have at most ${MAX_KEYWORD_LENGTH} characters`;
  // One of zero-width characters alone would be found in every text.
  if (foldText(keyword) === '') return 'must have something that can be seen';
  return null;
}

function badPattern(pattern: string): string | null {
  if (pattern.length > MAX_PATTERN_LENGTH) return `must have at most ${MAX_PATTERN_LENGTH} characters`;
  if (pattern === '') return 'must not be empty';
  const problem = patternProblem(pattern);
  return problem && `must be a valid RE2 pattern: ${problem}`;
}

/** Ids of media or stories. */
export const idListSchema = z
  .array(z.string().regex(/^\S{1,128}$/, 'must be an id'))
  .min(1, 'must have at least one id')
  .max(500, 'must be at most 500');

const payload = z.string().min(1, 'must not be empty').max(1000, 'must have at most 1000 characters');

export const payloadFilterShape = { payload: payload.optional(), payloadPrefix: payload.optional() };

export function payloadFilterProblem(
  filter: { payload?: string | undefined; payloadPrefix?: string | undefined },
  context: z.RefinementCtx,
): void {
  if (filter.payload !== undefined && filter.payloadPrefix !== undefined) {
    context.addIssue({ code: 'custom', path: ['payloadPrefix'], message: 'can not be given beside payload' });
  }
}

/** The `ref` that the owner put into an ig.me link or an ad. */
export const refSchema = z
  .string()
  .min(1, 'must not be empty')
  .max(2083, 'must have at most 2083 characters');

export const emojiSchema = z
  .string()
  .max(64, 'must have at most 64 characters')
  .refine((emoji) => foldText(emoji) !== '', 'must have something that can be seen');
