import type { Request } from 'express';

/**
 * Whether a browser made this request from a page of this server itself. The header `X-Requested-With` alone keeps out
 * forms and images of other sites, since their browser would have to ask first; what the browser says of the origin
 * keeps out the rest.
 *
 * @param publicUrl where the internet reaches this server, for proxies that change `Host`
 */
export function isSameOrigin(request: Request, publicUrl: string | undefined): boolean {
  return request.headers['x-requested-with'] !== undefined && !isCrossOrigin(request, publicUrl);
}

/** Whether the browser says that a page of another origin made this request. Programs say nothing. */
export function isCrossOrigin({ headers }: Request, publicUrl: string | undefined): boolean {
  // No page can set it. Browsers leave it out over plain http, but for localhost.
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin';
  const { origin, host } = headers;
  if (origin === undefined) return false;
  if (!URL.canParse(origin)) return true;
  return new URL(origin).host !== host && (publicUrl === undefined || origin !== new URL(publicUrl).origin);
}
