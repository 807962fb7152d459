import { readdirSync } from 'node:fs';
import { extname } from 'node:path';
import type { RequestHandler, Response } from 'express';

/** What the build wrote beside a file, the smallest first. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/**
 * The files of one folder by their names, compressed as the build did where the client takes that. The list is read once: a
 * request can only name one of them, whatever its path tries. One that is gone since, as when the dashboard is built
 * under a running server, is left to the next handler.
 *
 * Not `sirv`: it does not notice when a file can't be opened, and the process ends.
 */
export function builtFiles(folder: string): RequestHandler<{ name: string }> {
  const names = new Set(readdirSync(folder));
  return (request, response, next) => {
    const { name } = request.params;
    if (!names.has(name)) {
      next();
      return;
    }
    const variants = ENCODINGS.filter(([, suffix]) => names.has(name + suffix));
    const accepted = request.acceptsEncodings(variants.map(([encoding]) => encoding));
    const variant = variants.find(([encoding]) => encoding === accepted);
    const headers = {
      'Content-Type': response.type(extname(name)).get('Content-Type'),
      ...(variants.length > 0 && { Vary: 'Accept-Encoding' }),
      ...(variant && { 'Content-Encoding': variant[0] }),
    };
    sendBuilt(
      response,
      name + (variant?.[1] ?? ''),
      { root: folder, maxAge: '1y', immutable: true, headers },
      next,
    );
  };
}

/** Sends a file of the build; `next` is called when it is gone. */
export function sendBuilt(
  response: Response,
  name: string,
  options: Parameters<Response['sendFile']>[1] & object,
  next: (error?: unknown) => void,
): void {
  const before = new Set(response.getHeaderNames());
  response.sendFile(name, options, (error: (Error & { status?: number }) | undefined) => {
    // Once it is on its way, an error is the client's going.
    if (!error || response.headersSent) return;
    for (const header of response.getHeaderNames()) if (!before.has(header)) response.removeHeader(header);
    next(error.status === 404 ? undefined : error);
  });
}
