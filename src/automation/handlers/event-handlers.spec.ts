import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { eventKinds } from '../../instagram/instagram-event.js';
import { JOB_KINDS } from '../../queue/job-handler.decorator.js';
import { eventHandlers } from './event-handlers.js';

describe('eventHandlers', () => {
  it('has exactly one for each kind of event', () => {
    const kinds = eventHandlers.flatMap((handler) => Reflect.getMetadata(JOB_KINDS, handler) as string[]);
    expect(kinds.toSorted()).toEqual([...eventKinds].toSorted());
  });
});
