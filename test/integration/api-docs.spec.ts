import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Validator } from '@seriousme/openapi-schema-validator';
import type { Express } from 'express';
import { Types } from 'mongoose';
import type { ApiDocument } from '../../src/monitoring/api-docs/api-document.js';
import { ApiDocsService } from '../../src/monitoring/api-docs/api-docs.service.js';
import { ApiContract } from '../support/api-contract.js';
import { signBody } from '../../src/instagram/webhook-signature.js';
import type { JobDocument } from '../../src/queue/job.schema.js';
import { testSecrets } from '../support/test-config.js';
import { TestServer } from '../support/test-server.js';

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
}

const account = '17841400000000001';
const person = '900000000000001';
const headers = {
  authorization: `Bearer ${testSecrets.adminToken}`,
  'content-type': 'application/json',
};

/** What no answer here shows, with the reason. */
const notShown = [
  // Instagram's part of a login: accounts-login.spec.ts has them.
  'POST /api/admin/oauth',
  'POST /api/admin/accounts/by-token',
  'GET /api/oauth/instagram/callback',
  'POST /api/oauth/instagram/deauthorize',
  'POST /api/oauth/instagram/data-deletion',
  'GET /api/oauth/instagram/data-deletion/{code}',
  // Meta's verification: webhooks-verification.spec.ts.
  'GET /api/webhooks/instagram',
  // Never ends: live-events.spec.ts.
  'GET /api/admin/events',
  // Files, each with its own type.
  'GET /api/docs/{file}',
];

const deadJob = (): JobDocument => {
  const at = new Date();
  return {
    _id: new Types.ObjectId(),
    kind: 'message',
    status: 'dead',
    payload: {},
    blocked: false,
    runAt: at,
    order: at,
    attempts: 3,
    rescues: 0,
    errors: [{ at, attempt: 3, worker: 'here:1', code: 'graph_invalid', message: 'refused' }],
    createdAt: at,
    finishedAt: at,
    outcome: { result: 'failed' },
  };
};

describe('the description of the API', () => {
  let server: TestServer;
  let document: ApiDocument;
  let contract: ApiContract;

  beforeAll(async () => {
    server = await TestServer.start();
    document = (await (await fetch(`${server.url}/api/docs/openapi.json`)).json()) as ApiDocument;
    contract = new ApiContract(document);
  });

  afterAll(async () => {
    await server.close();
  });

  const admin = (method: string, path: string, template: string, body?: object) =>
    contract.fetch(server.url, method, `/api/admin${path}`, `/api/admin${template}`, {
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
  const open = (method: string, path: string, template = path, init: RequestInit = {}) =>
    contract.fetch(server.url, method, path, template, init);

  it('is a valid OpenAPI document', async () => {
    expect(await new Validator().validate({ ...document })).toEqual({ valid: true });
  });

  it('has every route that the server answers, and no other', () => {
    const express = server.server.app.getHttpAdapter().getInstance() as Express;
    const registered = (express.router as unknown as { stack: Layer[] }).stack.flatMap(({ route }) =>
      route ? Object.keys(route.methods).map((method) => `${method} ${route.path}`) : [],
    );
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
    const delivery = 'post /api/webhooks/instagram';
    expect(described.toSorted()).toEqual([...new Set([...registered, delivery])].toSorted());
  });

  it('says of each route what it does', () => {
    const undescribed = server
      .get(ApiDocsService)
      .routes()
      .filter(({ doc }) => doc === undefined)
      .map(
        ({ method, path, at }) =>
          `${method} ${path}: put @Documented({ summary, answer }) on ${at} (CONTRIBUTING.md, Routes)`,
      );
    expect(undescribed).toEqual([]);
  });

  it('names the fields that a body may have', () => {
    const { requestBody } = document.paths['/api/admin/accounts']!['post']!;
    expect(requestBody!.content['application/json']!.schema).toMatchObject({
      required: ['instagramId', 'username', 'accessToken'],
      additionalProperties: false,
    });
  });

  it('holds for the answers of a running server', async () => {
    await admin('POST', '/accounts', '/accounts', {
      instagramId: account,
      username: 'shop',
      accessToken: 'IGAAtest',
    });
    await admin('GET', '/accounts', '/accounts');
    await admin('GET', `/accounts/${account}`, '/accounts/{instagramId}');
    await admin('GET', '/accounts/1', '/accounts/{instagramId}');
    await admin('GET', `/accounts/${account}/usage`, '/accounts/{instagramId}/usage');
    await admin('PATCH', `/accounts/${account}`, '/accounts/{instagramId}', { username: 'my.shop' });
    await admin('PATCH', `/accounts/${account}`, '/accounts/{instagramId}', { status: 'asleep' });
    const { id: automation } = (await admin('POST', '/automations', '/automations', {
      account,
      name: 'Price',
      trigger: { type: 'message', match: { mode: 'contains', keywords: ['price'] } },
      actions: [
        { type: 'add_tag', tag: 'asked' },
        {
          type: 'send_message',
          text: '49 EUR',
          buttons: [{ type: 'url', title: 'Shop', url: 'https://example.com' }],
        },
      ],
    })) as { id: string };
    await admin('GET', '/automations', '/automations');
    await admin('PATCH', `/automations/${automation}`, '/automations/{id}', { priority: 2 });
    const {
      id: _id,
      createdAt: _c,
      updatedAt: _u,
      ...settings
    } = (await admin('GET', `/automations/${automation}`, '/automations/{id}')) as Record<string, unknown>;
    await admin('PUT', `/automations/${automation}`, '/automations/{id}', settings);

    const timestamp = Date.now();
    const messaging = [
      {
        sender: { id: person },
        recipient: { id: account },
        timestamp,
        message: { mid: 'm1', text: 'price?' },
      },
      { sender: { id: person }, recipient: { id: account } },
    ];
    const body = JSON.stringify({
      object: 'instagram',
      entry: [{ id: account, time: timestamp, messaging }],
    });
    await open('POST', '/api/webhooks/instagram', '/api/webhooks/instagram', {
      headers: { 'x-hub-signature-256': signBody(body, testSecrets.appSecret) },
      body,
    });
    const completed = () =>
      admin('GET', '/jobs?status=completed', '/jobs') as Promise<{ items: { id: string }[] }>;
    let jobs = await completed();
    while (jobs.items.length === 0) {
      await sleep(20);
      jobs = await completed();
    }
    await admin('GET', `/jobs/${jobs.items[0]!.id}`, '/jobs/{id}');
    await admin('GET', '/jobs/nothing', '/jobs/{id}');
    await admin('POST', `/jobs/${jobs.items[0]!.id}/retry`, '/jobs/{id}/retry');
    await admin('GET', '/jobs?status=asleep', '/jobs');
    const logs = (await admin('GET', '/webhook-logs', '/webhook-logs')) as { items: { id: string }[] };
    const log = `/webhook-logs/${logs.items[0]!.id}`;
    await admin('GET', log, '/webhook-logs/{id}');
    await admin('POST', `${log}/dry-run`, '/webhook-logs/{id}/dry-run');
    await admin('POST', `${log}/replay`, '/webhook-logs/{id}/replay');
    await admin('GET', '/messages', '/messages');
    await admin('GET', '/contacts', '/contacts');
    await admin('GET', `/contacts/${account}:${person}`, '/contacts/{id}');
    await admin('GET', '/conversations', '/conversations');
    await admin('GET', `/conversations/${account}:${person}`, '/conversations/{id}');
    const pausedUntil = new Date(timestamp + 3_600_000).toISOString();
    await admin('PATCH', `/contacts/${account}:${person}`, '/contacts/{id}', { pausedUntil });
    await admin('GET', `/automations/${automation}/figures`, '/automations/{id}/figures');
    const { items } = (await admin('GET', `/automations/${automation}/links`, '/automations/{id}/links')) as {
      items: { slug: string }[];
    };
    for (const { slug } of items) await open('GET', `/r/${slug}`, '/r/{slug}');
    await open('GET', '/r/nothing', '/r/{slug}');
    await admin('GET', '/dead-letters/groups', '/dead-letters/groups');
    for (const what of ['retry', 'discard']) {
      const dead = await server.collection<JobDocument>('jobs').insertOne(deadJob());
      await admin('POST', `/jobs/${dead.insertedId.toHexString()}/${what}`, `/jobs/{id}/${what}`);
    }
    for (const what of ['redrive', 'discard']) {
      await admin('POST', `/dead-letters/${what}`, `/dead-letters/${what}`, { dryRun: true });
      await admin('POST', `/dead-letters/${what}`, `/dead-letters/${what}`, {});
    }
    await admin('PATCH', `/automations/${automation}`, '/automations/{id}', {
      schedule: null,
      actions: [{ type: 'call_webhook', url: 'https://hooks.example.org/', secret: 'signs-the-body' }],
    });
    await admin('POST', '/automations/validate', '/automations/validate', settings);
    await admin('POST', '/automations/validate', '/automations/validate', {});
    await admin('POST', '/automations/try', '/automations/try', { automation: settings, text: 'price' });
    await admin('POST', `/automations/${automation}/duplicate`, '/automations/{id}/duplicate');
    await admin('GET', '/automations?figures=today', '/automations');
    const exported = (await admin('GET', '/export', '/export')) as object;
    await admin('POST', '/import?dryRun=true', '/import', exported);
    await admin('POST', '/import', '/import', {});
    await admin('GET', '/queue', '/queue');
    await admin('GET', '/queue/minutes', '/queue/minutes');
    await admin('GET', '/attention', '/attention');
    await admin('POST', '/queue/pause', '/queue/pause');
    await admin('POST', '/queue/resume', '/queue/resume');
    await admin('POST', '/oauth', '/oauth');
    await admin('GET', '/audit-log', '/audit-log');
    await admin('POST', '/session', '/session', { token: testSecrets.adminToken });
    await admin('GET', '/session', '/session');
    await admin('DELETE', '/session', '/session');
    await admin('DELETE', `/contacts/${account}:${person}`, '/contacts/{id}');
    await admin('DELETE', `/automations/${automation}`, '/automations/{id}');
    const gone = await admin('DELETE', `/accounts/${account}`, '/accounts/{instagramId}');
    expect(gone).toBeUndefined();
  }, 60_000);

  it('holds for what is open to all', async () => {
    for (const path of [
      '/health/live',
      '/health/ready',
      '/api/webhooks/queue-stats',
      '/api/docs',
      '/api/docs/openapi.json',
      '/api/docs/start.js',
      '/metrics',
    ]) {
      await open('GET', path);
    }
    await open('GET', '/api/docs/..%2fpackage.json', '/api/docs/{file}');
    expect(await open('GET', '/api/admin/jobs')).toMatchObject({ code: 'admin_token_required' });
    await open('GET', '/api/webhooks/instagram?hub.mode=subscribe', '/api/webhooks/instagram');
    await open('POST', '/api/webhooks/instagram', '/api/webhooks/instagram', { body: '{}' });
    await open('GET', '/api/oauth/instagram/callback');
    await open('GET', '/api/oauth/instagram/data-deletion/1', '/api/oauth/instagram/data-deletion/{code}');
  });

  it('was compared with a good answer of every route', () => {
    const shown = (method: string, path: string) =>
      [...contract.seen].some(
        (name) => new RegExp(`^${method} \\S+ [23]`).test(name) && name.split(' ')[1] === path,
      );
    const missing = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods)
        .map((method) => [method.toUpperCase(), path] as const)
        .filter(([method, of]) => !shown(method, of))
        .map((name) => name.join(' ')),
    );
    // A new route: call it in one of the tests above, or say here why not.
    expect(missing.toSorted()).toEqual(notShown.toSorted());
  });

  it('is a page that asks nobody else for anything', async () => {
    const answer = await fetch(`${server.url}/api/docs`);
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
    const page = await answer.text();
    const links = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link!);
    expect(links).toHaveLength(4);
    for (const link of links) {
      expect(link).toMatch(/^\/api\/docs\//);
      expect((await fetch(server.url + link)).status).toBe(200);
    }
  });
});
