const ABORT_GRACE_MS = 1000;

/** A handler that does not heed its signal is left behind after a moment: it must not hold up a shutdown. */
export class AbortGrace {
  readonly over: Promise<'interrupted'>;
  private timer: NodeJS.Timeout | undefined;
  private onAbort: () => void = () => {};

  constructor(private readonly signal: AbortSignal) {
    this.over = new Promise((resolve) => {
      this.onAbort = () => {
        this.timer = setTimeout(resolve, ABORT_GRACE_MS, 'interrupted');
      };
    });
    if (signal.aborted) this.onAbort();
    else signal.addEventListener('abort', this.onAbort, { once: true });
  }

  end(): void {
    clearTimeout(this.timer);
    this.signal.removeEventListener('abort', this.onAbort);
  }
}
