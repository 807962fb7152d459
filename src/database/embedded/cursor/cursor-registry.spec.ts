import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CursorRegistry } from './cursor-registry.js';
import { ArrayStream } from './document-stream.js';

const MINUTE = 60_000;

describe('open cursors', () => {
  let registry: CursorRegistry;

  beforeEach(() => {
    jest.useFakeTimers();
    registry = new CursorRegistry();
  });
  afterEach(() => {
    registry.dispose();
    jest.useRealTimers();
  });

  it('are closed when nobody asks for more in 10 minutes, unless they were to stay', () => {
    const open = (neverIdle = false): number =>
      registry.open('app.rows', new ArrayStream([]), undefined, neverIdle).id;
    const [idle, used, busy, kept] = [open(), open(), open(), open(true)];
    registry.take(busy, 'app.rows');
    jest.advanceTimersByTime(9 * MINUTE);
    registry.release(registry.take(used, 'app.rows'));
    jest.advanceTimersByTime(2 * MINUTE);
    expect(registry.close(idle)).toBe(false);
    expect([used, busy, kept].map((id) => registry.close(id))).toEqual([true, true, true]);
  });

  it('serve one request at a time', () => {
    const cursor = registry.open('app.rows', new ArrayStream([]), undefined, false);
    registry.take(cursor.id, 'app.rows');
    expect(() => registry.take(cursor.id, 'app.rows')).toThrow(expect.objectContaining({ code: 143 }));
    registry.release(cursor);
    expect(registry.take(cursor.id, 'app.rows')).toBe(cursor);
  });
});
