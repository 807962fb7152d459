import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, HttpException, Post } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { useBodyParsers } from './body-parsers.js';
import { HttpErrorFilter } from './http-error.filter.js';
import { adminTokenRequired, ConflictError, UnavailableError, ValidationError } from './http.errors.js';

const secret = 'IGAAsecretToken';

const thrown: Record<string, unknown> = {
  conflict: new ConflictError('account_exists', 'It is connected already.'),
  unavailable: new UnavailableError('not_stored', 'Send it again.', 5),
  validation: new ValidationError([{ path: 'actions.0.text', message: 'is too long' }]),
  nest: new HttpException('I am a teapot.', 418),
  unknown: new Error(`connection of ${secret} lost`),
  text: secret,
};

@Controller('api/admin')
class ThrowingController {
  @Post('echo')
  echo(@Body() body: unknown): unknown {
    return body;
  }
}

for (const what of Object.keys(thrown)) {
  const throwing = function throwing(): never {
    throw thrown[what];
  };
  Object.defineProperty(ThrowingController.prototype, what, { value: throwing });
  Get(what)(ThrowingController.prototype, what, { value: throwing });
}

const admin = { authorization: 'Bearer the-admin-token' };

describe('HttpErrorFilter', () => {
  let app: NestExpressApplication;
  let url: string;

  beforeEach(async () => {
    const module = await Test.createTestingModule({ controllers: [ThrowingController] }).compile();
    app = module.createNestApplication<NestExpressApplication>({ bodyParser: false, logger: false });
    app.useGlobalFilters(new HttpErrorFilter());
    useBodyParsers(app, (request, _response, next) =>
      next(request.headers.authorization === admin.authorization ? undefined : adminTokenRequired()),
    );
    await app.listen(0, '127.0.0.1');
    url = `${await app.getUrl()}/api/admin`;
  });

  afterEach(() => app.close());

  it.each([
    ['conflict', { statusCode: 409, code: 'account_exists', message: 'It is connected already.' }],
    ['unavailable', { statusCode: 503, code: 'not_stored', message: 'Send it again.' }],
    [
      'validation',
      {
        statusCode: 422,
        code: 'validation_failed',
        message: 'Some fields are not valid.',
        details: [{ path: 'actions.0.text', message: 'is too long' }],
      },
    ],
    ['nest', { statusCode: 418, code: 'http_418', message: 'I am a teapot.' }],
    ['unknown', { statusCode: 500, code: 'internal_error', message: 'Something went wrong on our side.' }],
    ['text', { statusCode: 500, code: 'internal_error', message: 'Something went wrong on our side.' }],
  ])('answers in one shape: %s', async (what, body) => {
    const answer = await fetch(`${url}/${what}`, { headers: admin });
    expect(answer.status).toBe(body.statusCode);
    expect(await answer.json()).toEqual(body);
  });

  it('says when to come again', async () => {
    expect((await fetch(`${url}/unavailable`, { headers: admin })).headers.get('retry-after')).toBe('5');
    expect((await fetch(`${url}/conflict`, { headers: admin })).headers.get('retry-after')).toBeNull();
  });

  it('answers an unknown route with 404', async () => {
    const answer = await fetch(`${url}/nowhere`, { headers: admin });
    expect(await answer.json()).toMatchObject({ statusCode: 404, code: 'not_found' });
  });

  it.each([
    ['a body that is not JSON', 400, 'not_json', {}, secret],
    ['half a body', 400, 'not_json', {}, `{"accessToken":"${secret}`],
    ['a body that is too large', 413, 'body_too_large', {}, `{"a":"${secret.repeat(100_000)}"}`],
    [
      'an unknown character set',
      415,
      'bad_request',
      { 'content-type': `application/json; charset=${secret}` },
      '{}',
    ],
    ['an unknown encoding', 415, 'bad_request', { 'content-encoding': secret }, '{}'],
  ])('does not quote %s', async (_what, status, code, headers, body) => {
    const answer = await fetch(`${url}/echo`, {
      method: 'POST',
      headers: { ...admin, 'content-type': 'application/json', ...headers },
      body,
    });
    expect(answer.status).toBe(status);
    const text = await answer.text();
    expect(JSON.parse(text)).toEqual({ statusCode: status, code, message: expect.any(String) });
    expect(text.toLowerCase()).not.toContain(secret.toLowerCase());
  });
});
