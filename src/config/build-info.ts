import { readFileSync } from 'node:fs';

/** Which program this is. */
export interface BuildInfo {
  version: string;
}

/** From `package.json`, which lies beside `src/` and `dist/` alike. */
export function readBuildInfo(): BuildInfo {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as BuildInfo;
  return { version };
}
