import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { dashboardRoutes } from './dashboard.routes.js';

const TEMPLATE =
  '<html data-mode="__SERVER_MODE__"><meta property="csp-nonce" nonce="__STYLE_NONCE__"></html>';
const HTML = { headers: { Accept: 'text/html' } };

describe('dashboardRoutes', () => {
  let folder: string;
  let url: string;

  beforeAll(async () => {
    const parent = await mkdtemp(join(tmpdir(), 'chatautodm-web-'));
    folder = join(parent, 'web');
    await mkdir(join(folder, 'assets'), { recursive: true });
    await writeFile(join(parent, 'secret.txt'), 'secret');
    await writeFile(join(folder, 'secret.txt'), 'secret');
    await writeFile(join(folder, 'index.html'), TEMPLATE);
    await writeFile(join(folder, 'assets/app-1.js'), 'run()');
    await writeFile(join(folder, 'assets/plain-1.css'), 'a{}');
    await writeFile(join(folder, 'assets/app-1.js.br'), brotliCompressSync('run()'));
    url = await listen(folder);
  });

  afterAll(async () => {
    for (const server of servers.splice(0)) server.close();
    await rm(join(folder, '..'), { recursive: true });
  });

  it.each(['/', '/jobs', '/jobs/65f0', '/conversations?text=a'])('answers %s with the page', async (path) => {
    const response = await fetch(url + path, HTML);
    expect(response.status).toBe(200);
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    expect(await response.text()).toContain('data-mode="sandbox"');
  });

  it.each(['/api/admin/jobs', '/api', '/API/x', '/health/live', '/metrics', '/r/abc', '/assets/gone.js'])(
    'leaves %s to the routes of the server',
    async (path) => {
      expect((await fetch(url + path, HTML)).status).toBe(404);
    },
  );

  it('answers what does not ask for a page, as a script or an image, with 404', async () => {
    expect((await fetch(`${url}/logo.png`, { headers: { Accept: 'image/*' } })).status).toBe(404);
  });

  it('lets styles in by a nonce of this answer only, and scripts from files only', async () => {
    const seen = new Set<string>();
    for (let answer = 0; answer < 3; answer += 1) {
      const response = await fetch(url, HTML);
      const policy = response.headers.get('Content-Security-Policy')!;
      const [, nonce] = /'nonce-([A-Za-z0-9+/=]{24})'/.exec(policy)!;
      expect(policy).toMatch(/^default-src 'none'; script-src 'self'; /);
      expect(policy).not.toContain('unsafe');
      expect(await response.text()).toContain(`nonce="${nonce}"`);
      seen.add(nonce!);
    }
    expect(seen.size).toBe(3);
  });

  it('serves files with names of their content compressed, and for good', async () => {
    const response = await fetch(`${url}/assets/app-1.js`, { headers: { 'Accept-Encoding': 'br' } });
    expect(response.headers.get('Content-Encoding')).toBe('br');
    expect(response.headers.get('Cache-Control')).toContain('immutable');
    expect(response.headers.get('Content-Type')).toContain('javascript');
    expect(await response.text()).toBe('run()');
  });

  it.each(['*', 'identity', 'gzip'])('serves them as they are to who takes %s', async (encoding) => {
    const response = await fetch(`${url}/assets/plain-1.css`, { headers: { 'Accept-Encoding': encoding } });
    expect(response.headers.get('Content-Encoding')).toBeNull();
    expect(await response.text()).toBe('a{}');
  });

  it('answers files that a new build has taken away with 404, and goes on', async () => {
    const gone = join(folder, '../gone');
    await mkdir(join(gone, 'assets'), { recursive: true });
    await writeFile(join(gone, 'index.html'), TEMPLATE);
    await writeFile(join(gone, 'favicon.svg'), '<svg/>');
    await writeFile(join(gone, 'assets/app-2.js'), 'run()');
    await writeFile(join(gone, 'assets/app-2.js.br'), brotliCompressSync('run()'));
    const rebuilt = await listen(gone);
    expect((await fetch(`${rebuilt}/assets/app-2.js`)).status).toBe(200);
    await rm(gone, { recursive: true });
    for (const path of ['/assets/app-2.js', '/favicon.svg']) {
      const response = await fetch(rebuilt + path, { headers: { 'Accept-Encoding': 'br' } });
      expect(response.status).toBe(404);
      expect(response.headers.get('Cache-Control')).toBeNull();
      expect(response.headers.get('Content-Encoding')).toBeNull();
      await response.text();
    }
    expect((await fetch(rebuilt, HTML)).status).toBe(200);
  });

  it.each([
    '/assets/../secret.txt',
    '/assets/../../secret.txt',
    '/assets/%2e%2e/secret.txt',
    '/assets/..%2fsecret.txt',
    '/assets/%2e%2e%2f%2e%2e%2fsecret.txt',
    '/assets/..%5csecret.txt',
    '/assets/....//secret.txt',
    '/assets/%252e%252e/secret.txt',
    '/assets/app-1.js/../../secret.txt',
    '/assets/%00/secret.txt',
    '/assets/%',
    '//secret.txt',
    '/favicon.svg/../secret.txt',
    '/secret.txt',
  ])('gives away no other file at %s', async (path) => {
    const { status, body } = await rawGet(path);
    expect(body).not.toBe('secret');
    expect([200, 400, 404]).toContain(status);
  });

  it('says how to build what was not built', async () => {
    const empty = await listen(join(folder, 'nothing'));
    const response = await fetch(empty, HTML);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('npm run build');
  });

  /** `fetch` would resolve the dots itself. */
  function rawGet(path: string): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(url);
      request({ hostname, port, path, headers: { Accept: '*/*' }, agent: false }, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode!, body }));
      })
        .on('error', reject)
        .end();
    });
  }
});

const servers: Server[] = [];

async function listen(folder: string): Promise<string> {
  const app = express();
  app.use(dashboardRoutes(folder, 'sandbox'));
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
