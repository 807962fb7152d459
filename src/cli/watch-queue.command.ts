import type { Command } from 'commander';
import { httpUrl, positive, positiveWhole } from './option-parsers.js';
import { print, printJson } from './output.js';
import { queueLine } from './queue-view.js';
import { localServerUrl } from './server-url.js';
import { queuePage } from './watch/queue-page.js';
import type { QueueSnapshot } from './watch/queue-snapshot.js';
import { TerminalPage } from './watch/terminal-page.js';
import { keepLooking, type View } from './watch/watch-loop.js';
import { withQueue } from './with-store.js';

/** A bar is full at this backlog, or at the longest that was seen. */
const LEAST_FULL = 100;

interface Options {
  json?: boolean;
  interval: number;
  count?: number;
  url?: string;
}

export function watchQueue(program: Command): void {
  program
    .command('watch-queue')
    .description(
      'Show what the queue does, again and again: a live page at a terminal (q or Ctrl+C ends it), else a line each time.',
    )
    .option('--interval <seconds>', 'time between two looks', positive, 1)
    .option('--count <n>', 'stop after so many looks', positiveWhole)
    .option(
      '--url <url>',
      'the server to ask for its workers (default: HOST and PORT of the configuration)',
      httpUrl,
    )
    .option('--json', 'print one JSON object a line')
    .action(watch);
}

async function watch({ json, interval, count = Infinity, url }: Options): Promise<void> {
  const stop = new AbortController();
  const end = () => stop.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
  const { QueueWatcher } = await import('./watch/queue-watcher.js');
  await withQueue(async (services) => {
    const watcher = new QueueWatcher(services, url ?? localServerUrl(services.config));
    const view = json ? jsonLines : process.stdout.isTTY ? livePage(end) : textLines;
    try {
      await keepLooking({
        look: () => watcher.look(),
        view,
        intervalMs: interval * 1000,
        count,
        signal: stop.signal,
      });
    } finally {
      view.close();
    }
  });
}

const jsonLines: View = {
  show: (snapshot) => printJson(flat(snapshot)),
  lost: () => printJson({ at: new Date(), error: 'store_unavailable' }),
  close: () => {},
};

const textLines: View = {
  show: ({ figures }) => print(queueLine(figures)),
  lost: () => print(`${new Date().toISOString()}  the database does not answer`),
  close: () => {},
};

/** The figures on the first level, as in the other commands. */
const flat = ({ figures, ...rest }: QueueSnapshot) => ({ ...rest, ...figures });

function livePage(onQuit: () => void): View {
  const input = process.stdin.isTTY ? process.stdin : undefined;
  const page = new TerminalPage(process.stdout, input, onQuit);
  let most = LEAST_FULL;
  let last: QueueSnapshot | undefined;
  page.enter();
  return {
    show: (snapshot) => {
      const { pending, retrying, processing, dead } = snapshot.figures;
      most = Math.max(most, pending, retrying, processing, dead);
      last = snapshot;
      page.show((size) => queuePage(snapshot, most, size));
    },
    lost: () => {
      if (last) page.show((size) => queuePage({ ...last!, lost: true }, most, size));
    },
    close: () => page.leave(),
  };
}
