/*
 * MongoDB matches with PCRE, this store with RE2 (linear time, no look-around, no backreferences: those fail to
 * compile). Where the two read the same text differently, the pattern is rewritten here:
 * - `$` without the m flag also matches before a newline that ends the text;
 * - `\s` also matches a vertical tab;
 * - the x flag ignores white space and comments.
 */

const ENDS_WITH_OPTIONAL_NEWLINE = '(?:\\n?\\z)';

/** `(?m)` and its kin: then `$` and `^` mean different things at different places. */
const TOGGLES_MULTILINE = /\(\?[a-zA-Z]*-?[a-zA-Z]*m/;

/** Rewrites a PCRE pattern for RE2; undefined when a `$` or `^` stands where RE2 can't say the same. */
export function toRe2Syntax(pattern: string, flags: string): string | undefined {
  if (TOGGLES_MULTILINE.test(pattern) && /[$^]/.test(pattern)) return undefined;
  const isMultiline = flags.includes('m');
  const isExtended = flags.includes('x');
  let rewritten = '';
  let at = 0;
  while (at < pattern.length) {
    const rest = pattern.slice(at);
    const token = nextToken(rest, isExtended);
    at += token.length;
    if (isExtended && isIgnored(token)) continue;
    if (token === '$' && !isMultiline) {
      if (!/^\)*(?:\||$)/.test(pattern.slice(at))) return undefined;
      rewritten += ENDS_WITH_OPTIONAL_NEWLINE;
    } else {
      rewritten += token.startsWith('[') ? rewriteClass(token) : rewriteEscape(token);
    }
  }
  return rewritten;
}

/** One escape, quoted text, class, comment or character. */
function nextToken(rest: string, isExtended: boolean): string {
  const quoted = /^\\Q.*?(?:\\E|$)/s.exec(rest);
  if (quoted !== null) return quoted[0];
  if (rest.startsWith('\\')) return rest.slice(0, 2);
  if (rest.startsWith('[')) return CLASS.exec(rest)?.[0] ?? rest;
  if (isExtended && rest.startsWith('#')) return /^#[^\n]*\n?/.exec(rest)![0];
  return rest[0]!;
}

/** A class such as `[^]a\]x[:digit:]]`: a `]` that comes first is one of its characters. */
const CLASS = /^\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]/s;

function isIgnored(token: string): boolean {
  return token.startsWith('#') || /^\s$/.test(token);
}

function rewriteEscape(token: string): string {
  if (token === '\\s') return '[\\s\\v]';
  return token === '\\S' ? '[^\\s\\v]' : token;
}

/** RE2 wants a `]` that comes first escaped. */
function rewriteClass(token: string): string {
  const [opening = '', first] = /^\[\^?(\]?)/.exec(token) ?? [];
  const body = token
    .slice(opening.length)
    .replaceAll(/\\./gs, (escape) => (escape === '\\s' ? '\\s\\v' : escape));
  return first === ']' ? `${opening.slice(0, -1)}\\]${body}` : opening + body;
}
