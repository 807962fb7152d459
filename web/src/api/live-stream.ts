import { apiUrl } from './api-client.js';

export type LiveState = 'connecting' | 'open' | 'closed';

type Listener = (data: unknown) => void;

const RECONNECT_MS = 5000;

/**
 * The server's stream of events, one for all listeners of this tab. It is open while somebody listens and the tab is
 * seen; a hidden tab would keep the server computing for nobody.
 */
export class LiveStream {
  private source: EventSource | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly watchers = new Set<() => void>();
  private current: LiveState = 'closed';

  constructor(private readonly path: string) {}

  get state(): LiveState {
    return this.current;
  }

  /** @returns what ends it */
  listen(event: string, listener: Listener): () => void {
    const set = this.listeners.get(event) ?? new Set();
    set.add(listener);
    if (set.size === 1) {
      this.listeners.set(event, set);
      this.source?.addEventListener(event, this.dispatch);
    }
    this.adjust();
    return () => {
      set.delete(listener);
      if (set.size === 0) {
        this.listeners.delete(event);
        this.source?.removeEventListener(event, this.dispatch);
      }
      this.adjust();
    };
  }

  /** Calls back whenever `state` changes; for `useSyncExternalStore`. */
  watch = (onChange: () => void): (() => void) => {
    this.watchers.add(onChange);
    return () => this.watchers.delete(onChange);
  };

  /** Opens or closes, as is wanted now. */
  adjust = (): void => {
    const wanted = this.listeners.size > 0 && document.visibilityState === 'visible';
    if (wanted && !this.source) this.open();
    if (!wanted) this.close();
  };

  private open(): void {
    clearTimeout(this.retry);
    this.set('connecting');
    const source = new EventSource(apiUrl(this.path));
    this.source = source;
    for (const event of this.listeners.keys()) source.addEventListener(event, this.dispatch);
    source.addEventListener('open', () => this.set('open'));
    source.addEventListener('error', () => {
      this.set('connecting');
      // The browser tries again by itself after a lost connection, but not after an answer other than 200.
      if (source.readyState !== EventSource.CLOSED) return;
      this.source = undefined;
      this.retry = setTimeout(this.adjust, RECONNECT_MS);
    });
    document.addEventListener('visibilitychange', this.adjust);
  }

  private close(): void {
    clearTimeout(this.retry);
    this.source?.close();
    this.source = undefined;
    if (this.listeners.size === 0) document.removeEventListener('visibilitychange', this.adjust);
    this.set('closed');
  }

  private readonly dispatch = (event: MessageEvent<string>): void => {
    const data: unknown = JSON.parse(event.data);
    for (const listener of this.listeners.get(event.type) ?? []) listener(data);
  };

  private set(state: LiveState): void {
    if (this.current === state) return;
    this.current = state;
    for (const watcher of this.watchers) watcher();
  }
}
