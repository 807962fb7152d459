import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';
import { LiveStream, type LiveState } from './live-stream.js';

const stream = new LiveStream('/events');

/**
 * Calls back with each event of this name from `GET /api/admin/events` (its data, parsed), while the component is there.
 *
 * @returns whether the stream is open
 */
export function useLiveEvents<T>(event: string, onEvent: (data: T) => void): LiveState {
  const notify = useEffectEvent((data: unknown) => onEvent(data as T));
  useEffect(() => stream.listen(event, (data) => notify(data)), [event]);
  return useSyncExternalStore(stream.watch, () => stream.state);
}
