import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const NONCE = '__STYLE_NONCE__';
const MODE = '__SERVER_MODE__';

/** The page with its placeholders filled in, and the policy that fits it. */
export interface RenderedPage {
  html: string;
  contentSecurityPolicy: string;
}

/** The built `index.html`. Undefined when the dashboard was not built. */
export function readDashboardPage(folder: string, mode: string): (() => RenderedPage) | undefined {
  const template = readTemplate(folder)?.replaceAll(MODE, mode);
  if (template === undefined) return undefined;
  return () => {
    const nonce = randomBytes(16).toString('base64');
    return { html: template.replaceAll(NONCE, nonce), contentSecurityPolicy: policy(nonce) };
  };
}

function readTemplate(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, 'index.html'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Everything comes from this server, and nothing is run that stands in the page: a script that got into a name or a text
 * stays text. Components write style elements, each of which carries the nonce of this one answer.
 */
const policy = (nonce: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
