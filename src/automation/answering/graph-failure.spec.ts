import { describe, expect, it } from '@jest/globals';
import { GraphError, type GraphErrorKind } from '../../instagram/graph/graph.errors.js';
import { graphFailure } from './graph-failure.js';

const nowMs = 1_000_000;

function failureOf(
  kind: GraphErrorKind,
  { sent = false, retryAfterMs }: { sent?: boolean; retryAfterMs?: number } = {},
) {
  const error = new GraphError('told by Instagram', {
    kind,
    delivery: 'refused',
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
  return graphFailure(error, { automation: 'a1', sent, nowMs });
}

describe('graphFailure', () => {
  it.each<[GraphErrorKind]>([['transient'], ['invalid']])('%s: tries again, spending an attempt', (kind) => {
    expect(failureOf(kind)).toEqual({
      result: { type: 'retry', code: `graph_${kind}`, message: 'told by Instagram' },
    });
  });

  it('transient: not before Instagram says so', () => {
    expect(failureOf('transient', { retryAfterMs: 5000 }).result).toMatchObject({
      type: 'retry',
      afterMs: 5000,
    });
  });

  it('throttled: rests the account until the stated time and spends no attempt', () => {
    expect(failureOf('throttled', { retryAfterMs: 5000 })).toEqual({
      result: { type: 'snooze', until: new Date(nowMs + 5000), reason: 'graph_throttled' },
      mark: { type: 'throttled', untilMs: nowMs + 5000 },
    });
  });

  it('throttled: rests for a minute where no time is stated', () => {
    expect(failureOf('throttled').mark).toEqual({ type: 'throttled', untilMs: nowMs + 60_000 });
  });

  it.each<[GraphErrorKind, string]>([
    ['token', 'reconnect'],
    ['restricted', 'paused'],
  ])('%s: parks the account as %s and spends no attempt', (kind, mark) => {
    expect(failureOf(kind)).toMatchObject({ result: { type: 'snooze' }, mark: { type: mark } });
  });

  it.each<[GraphErrorKind, string]>([
    ['outside_window', 'outside_window'],
    ['unreachable', 'failed'],
    ['not_found', 'failed'],
    ['thread_taken', 'paused'],
    ['already_replied', 'answered'],
  ])('%s: ends the event as %s', (kind, result) => {
    expect(failureOf(kind)).toEqual({
      result: { type: 'done', outcome: { result, automation: 'a1', reason: kind } },
    });
  });

  it('ends as answered, with the reason, when an earlier action was sent', () => {
    expect(failureOf('outside_window', { sent: true }).result).toEqual({
      type: 'done',
      outcome: { result: 'answered', automation: 'a1', reason: 'outside_window' },
    });
  });

  it('permission: gives the job up, for somebody to see', () => {
    expect(failureOf('permission').result).toEqual({
      type: 'discard',
      code: 'graph_permission',
      message: 'told by Instagram',
      outcome: { result: 'failed', automation: 'a1', reason: 'permission' },
    });
  });
});
