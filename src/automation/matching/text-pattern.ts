import { RE2JS } from 're2js';
import { foldCharacters } from './text-folding.js';

/** Patterns look at folded text, where case is gone; ASCII letters of a pattern may be written in either case. */
export const PATTERN_FLAGS = RE2JS.CASE_INSENSITIVE;

/**
 * Folds the literal letters of a pattern as texts are folded, so that `größe` finds "GROSSE". Only runs outside ASCII
 * are touched: all of RE2's syntax is ASCII, and lower-casing `\S` would turn it into its opposite.
 */
export const foldPattern = (pattern: string): string =>
  pattern.replace(/[^\0-\x7F]+/gu, (run) => foldCharacters(run).replace(/[\\^$.*+?()[\]{}|-]/g, '\\$&'));

/** Null when the pattern is one that RE2 takes, else what is wrong with it. */
export function patternProblem(pattern: string): string | null {
  try {
    RE2JS.compile(foldPattern(pattern), PATTERN_FLAGS);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
