import cliProgress from 'cli-progress';

export interface Progress {
  update(done: number): void;
  stop(): void;
}

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
      gracefulExit: true,
    },
    cliProgress.Presets.shades_classic,
  );
  bar.start(total, 0);
  return { update: (done) => bar.update(done), stop: () => bar.stop() };
}
