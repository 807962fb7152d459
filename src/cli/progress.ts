import cliProgress from 'cli-progress';

export interface Progress {
  update(done: number): void;
  stop(): void;
}

/** Updates come in bursts, as batches end: over a few of them a rate says nothing. */
const ETA_OVER_UPDATES = 10_000;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const LONGEST_BAR = 40;
const LEAST_BAR = 5;

/**
 * A bar on stderr, so that stdout stays clean for what a command prints; nothing where stderr is no terminal.
 *
 * @param what is counted, as in `jobs`
 */
export function progressBar(what: string, total: number): Progress {
  if (!process.stderr.isTTY || total <= 0) return { update: () => {}, stop: () => {} };
  const bar = new cliProgress.SingleBar(
    {
      format: `  {bar} {percentage}%  {value} of {total} ${what}, {eta_formatted} left`,
      stream: process.stderr,
      hideCursor: true,
      gracefulExit: false,
      barsize: barSize(what, total, process.stderr.columns),
      etaBuffer: ETA_OVER_UPDATES,
    },
    cliProgress.Presets.shades_classic,
  );
  const end = (signal: NodeJS.Signals) => {
    bar.stop();
    // The package's own handler would leave it at that, and Ctrl+C would not end the command.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  for (const signal of SIGNALS) process.once(signal, end);
  bar.start(total, 0);
  return {
    update: (done) => bar.update(done),
    stop: () => {
      for (const signal of SIGNALS) process.off(signal, end);
      bar.stop();
    },
  };
}

/** As long as there is room for it beside the longest text that may come: what does not fit would be cut off. */
export function barSize(what: string, total: number, columns: number): number {
  const text = `   100%  ${total} of ${total} ${what}, 59m59s left`;
  return Math.max(LEAST_BAR, Math.min(LONGEST_BAR, columns - 1 - text.length));
}
