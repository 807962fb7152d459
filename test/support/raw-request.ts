import { request, type IncomingHttpHeaders } from 'node:http';

export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface RawRequest {
  method?: string;
  headers?: Record<string, string | string[]>;
  /** In place of the URL's, dots and all. */
  path?: string;
  /** Several chunks are sent without a length of the whole. */
  body?: string | Buffer | Buffer[];
}

/** A request with exactly these headers; `fetch` adds its own and refuses some. */
export function rawRequest(url: string, { method, headers, path, body }: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      { method, headers, agent: false, ...(path !== undefined && { path }) },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode!,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
        response.on('error', reject);
      },
    );
    call.on('error', reject);
    for (const chunk of Array.isArray(body) ? body : []) call.write(chunk);
    call.end(Array.isArray(body) ? undefined : body);
  });
}
