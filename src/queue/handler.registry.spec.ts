import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Module, type Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { HandlerRegistry, REGISTERED_KINDS } from './handler.registry.js';
import { JobHandler } from './job-handler.decorator.js';
import { done, type Handler } from './job.types.js';
import { HandlerRegistrationError } from './queue.errors.js';
import { RetryPolicy, type RetryPolicyOptions } from './retry-policy.decorator.js';

class Base implements Handler {
  async handle() {
    return done();
  }
}

@JobHandler('message', 'comment')
class MessageHandler extends Base {}

@JobHandler('comment')
class CommentHandler extends Base {}

@JobHandler('seen')
class SeenHandler extends Base {}

async function registryOf(kinds: string[], handlers: Type[]): Promise<HandlerRegistry> {
  @Module({
    imports: [DiscoveryModule],
    providers: [HandlerRegistry, { provide: REGISTERED_KINDS, useValue: kinds }, ...handlers],
  })
  class QueueOfTest {}
  const module = await Test.createTestingModule({ imports: [QueueOfTest] }).compile();
  await module.init();
  return module.get(HandlerRegistry);
}

describe('HandlerRegistry', () => {
  it('finds the one handler of each kind', async () => {
    const registry = await registryOf(['message', 'comment', 'seen'], [MessageHandler, SeenHandler]);
    expect(registry.find('comment')?.handler).toBeInstanceOf(MessageHandler);
    expect(registry.find('seen')?.handler).toBeInstanceOf(SeenHandler);
  });

  it.each([
    ['a kind without a handler', ['message', 'comment', 'seen'], [MessageHandler], '"seen" has no handler'],
    [
      'a kind with two handlers',
      ['message', 'comment'],
      [MessageHandler, CommentHandler],
      '"comment" has several handlers: MessageHandler, CommentHandler',
    ],
    [
      'a handler of an undeclared kind',
      ['seen'],
      [SeenHandler, CommentHandler],
      'CommentHandler handles "comment"',
    ],
  ])('stops the start for %s', async (_what, kinds, handlers, message) => {
    await expect(registryOf(kinds, handlers)).rejects.toThrow(message);
    await expect(registryOf(kinds, handlers)).rejects.toBeInstanceOf(HandlerRegistrationError);
  });

  it('knows nothing of a kind that another version stored', async () => {
    const registry = await registryOf(['seen'], [SeenHandler]);
    expect(registry.find('poll_vote')).toBeUndefined();
  });

  const withPolicy = (options: RetryPolicyOptions) => {
    @JobHandler('seen')
    @RetryPolicy(options)
    class PatientHandler extends Base {}
    return PatientHandler;
  };

  it('tells what a handler says about retries', async () => {
    const registry = await registryOf(['seen'], [withPolicy({ maxAttempts: 10 })]);
    expect(registry.find('seen')?.policy).toEqual({ maxAttempts: 10 });
  });

  it.each([
    [{ maxAttempts: 0 }, 'PatientHandler: maxAttempts must be a whole number of at least 1, not 0'],
    [{ maxAttempts: 1.5 }, 'maxAttempts'],
    [{ backoffMs: 0 }, 'PatientHandler: backoffMs must be a number of ms above 0, not 0'],
    [{ backoffMs: Number.NaN }, 'backoffMs'],
  ])('stops the start for the policy %j', async (options, message) => {
    await expect(registryOf(['seen'], [withPolicy(options)])).rejects.toThrow(message);
  });
});
