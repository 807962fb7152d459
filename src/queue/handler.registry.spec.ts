import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Module, type Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { HandlerRegistry, REGISTERED_KINDS } from './handler.registry.js';
import { JobHandler } from './job-handler.decorator.js';
import { done, type Handler } from './job.types.js';
import { HandlerRegistrationError } from './queue.errors.js';

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
    expect(registry.get('comment')).toBeInstanceOf(MessageHandler);
    expect(registry.get('seen')).toBeInstanceOf(SeenHandler);
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

  it('refuses a job of a kind that another version stored', async () => {
    const registry = await registryOf(['seen'], [SeenHandler]);
    expect(() => registry.get('poll_vote')).toThrow('No handler for jobs of kind "poll_vote"');
  });
});
