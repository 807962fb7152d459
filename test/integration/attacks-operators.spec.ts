import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  isHarmless,
  isRefused,
  operatorQueries,
  operators,
  replacedEverywhere,
} from '../support/api-attacks.js';
import { AttackedServer, automation, type Answer } from '../support/attacked-server.js';

let attacked: AttackedServer;

beforeAll(async () => {
  attacked = await AttackedServer.start();
});

afterAll(() => attacked?.close());

const isEmpty = ({ status, json }: Answer) =>
  status === 200 && (json as { items?: unknown[] }).items?.length === 0;

describe('an operator of the database', () => {
  it('in a query finds nothing that the same text would not find, on every route', async () => {
    const wrong: string[] = [];
    for (const route of attacked.routes.filter(({ method, query }) => method === 'GET' && query.length > 0)) {
      for (const name of route.query) {
        const plain = await attacked.call(
          'GET',
          `${attacked.addressOf(route, true)}?${name}=there-is-no-such-thing`,
        );
        for (const query of operatorQueries(name)) {
          const answer = await attacked.call('GET', `${attacked.addressOf(route, true)}?${query}`);
          const same = answer.status === 200 && JSON.stringify(answer.json) === JSON.stringify(plain.json);
          if (!isRefused(answer) && !same && !isEmpty(answer)) {
            wrong.push(`${answer.status} ${route.path}?${query}`);
          }
        }
        const nul = await attacked.call('GET', `${attacked.addressOf(route, true)}?${name}=%00`);
        if (nul.status >= 500) wrong.push(`${nul.status} ${route.path}?${name}=%00`);
      }
    }
    expect(wrong).toEqual([]);
  }, 60_000);

  it('in a path is no id, on every route', async () => {
    const wrong: string[] = [];
    const before = await attacked.kept();
    for (const route of attacked.routes.filter(({ path }) => path.includes('{'))) {
      for (const id of [
        '{"$ne":null}',
        '[object Object]',
        '$where',
        '.*',
        '%00',
        '__proto__',
        '..%2f..%2fjobs',
      ]) {
        const path = route.path.replaceAll(/\{\w+\}/g, id.startsWith('%') ? id : encodeURIComponent(id));
        const answer = await attacked.call(route.method, path, { body: route.body && {} });
        if (!isRefused(answer)) wrong.push(`${answer.status} ${route.method} ${path}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(await attacked.kept()).toBe(before);
  }, 60_000);

  it('in a body is refused or does nothing, as the whole and as each field of every route', async () => {
    const wrong: string[] = [];
    const before = await attacked.kept();
    for (const route of attacked.routes.filter(({ method }) => method !== 'GET')) {
      const path = attacked.addressOf(route, route.body !== undefined);
      const bodies = operators.flatMap((operator) => [
        operator,
        [operator],
        { ['__proto__']: operator, constructor: { prototype: operator } },
        ...(route.body ?? []).map((field) => ({ [field]: operator })),
      ]);
      bodies.push(...(route.body ?? []).map((field) => ({ [field]: [operators[0]] })));
      const tried = bodies.map(async (body) => {
        const answer = await attacked.call(route.method, path, { body });
        if (!isRefused(answer) && !isHarmless(route, answer)) {
          wrong.push(`${answer.status} ${route.method} ${route.path} ${JSON.stringify(body)}`);
        }
      });
      await Promise.all(tried);
    }
    await attacked.resumeQueue();
    expect(wrong).toEqual([]);
    expect(await attacked.kept()).toBe(before);
    expect(Object.keys(Object.prototype)).toEqual([]);
  }, 60_000);

  it('in the place of anything in an automation makes it a wrong one', async () => {
    expect(
      await attacked.call('POST', '/api/admin/automations/validate', { body: automation }),
    ).toMatchObject({
      json: { valid: true },
    });
    const wrong: string[] = [];
    for (const operator of operators) {
      for (const [path, body] of replacedEverywhere(automation, operator)) {
        const { json } = await attacked.call('POST', '/api/admin/automations/validate', { body });
        const { valid, details } = json as { valid: boolean; details: { path: string }[] };
        const named = details.some((detail) => detail.path.startsWith(path) || path.startsWith(detail.path));
        if (valid || !named) wrong.push(`${path}: ${JSON.stringify(json)}`);
      }
    }
    expect(wrong).toEqual([]);
  }, 60_000);
});
