import { Tooltip } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { absoluteTime, relativeTime } from './relative-time.js';

const TICK_MS = 5000;

/** How long ago or ahead, kept true while it is seen; the moment itself, in the viewer's zone, on hover. */
export function Time({ at }: { at: string | number | Date | null | undefined }) {
  const nowMs = useNow();
  if (at === null || at === undefined) return <>–</>;
  const atMs = new Date(at).getTime();
  const full = absoluteTime(atMs);
  return (
    <Tooltip label={full} events={{ hover: true, focus: true, touch: true }}>
      <time dateTime={new Date(atMs).toISOString()} style={{ whiteSpace: 'nowrap' }}>
        {relativeTime(atMs, nowMs)}
      </time>
    </Tooltip>
  );
}

const watchers = new Set<() => void>();
let nowMs = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

/** One timer for all times of the page. */
function useNow(): number {
  return useSyncExternalStore(watchNow, () => nowMs);
}

function watchNow(onChange: () => void): () => void {
  watchers.add(onChange);
  nowMs = Date.now();
  timer ??= setInterval(() => {
    nowMs = Date.now();
    for (const watcher of watchers) watcher();
  }, TICK_MS);
  return () => {
    watchers.delete(onChange);
    if (watchers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
