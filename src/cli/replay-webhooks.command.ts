import { Option, type Command } from 'commander';
import type { DryRun } from '../automation/replay/dry-run.types.js';
import type { ReplayJob } from '../automation/replay/replay-job.js';
import { eventKinds } from '../instagram/instagram-event.js';
import type { ChosenLogs } from '../webhooks/webhook-log.repository.js';
import type { WebhookLogDocument } from '../webhooks/webhook-log.schema.js';
import { audited } from './audited.js';
import { positiveWhole, time } from './option-parsers.js';
import { plural, print, printable, printJson } from './output.js';
import { progressBar } from './progress.js';
import type { AppServices } from './services/app.services.js';
import { withApplication } from './with-store.js';

const BATCH = 100;

interface Options {
  from?: Date;
  to?: Date;
  account?: string;
  kind?: string;
  all?: boolean;
  limit?: number;
  dryRun?: boolean;
  json?: boolean;
}

const MORE = `
Only events that fit --account and --kind are run, not their neighbours in the same delivery. They are run by today's
automations, in the order in which they came, as jobs of their own: by the server, or by the next one that starts. What
was sent for an event is not sent again.`;

export function replayWebhooks(program: Command): void {
  program
    .command('replay-webhooks')
    .description('Run the events of stored deliveries again: those named, or those that fit.')
    .argument('[ids...]', 'deliveries, by the ids that the list of deliveries gives')
    .option('--from <time>', 'received at this time or later, like 2026-01-31T12:00:00Z', time)
    .option('--to <time>', 'received before this time', time)
    .option('--account <id>', 'events of this account')
    .addOption(new Option('--kind <kind>', 'events of this kind').choices(eventKinds))
    .option('--all', 'everything that is stored')
    .option('--limit <n>', 'at most so many deliveries, the oldest first', positiveWhole)
    .option('--dry-run', "tell what today's automations would do; nothing is sent or stored")
    .option('--json', 'print one JSON object a line: each event with --dry-run, and the sum')
    .addHelpText('after', MORE)
    .action((ids: string[], options: Options, command: Command) => {
      if (ids.length === 0 && !options.all && !isLimited(options)) {
        command.error('error: say which deliveries: by ids, --from, --to, --account, --kind, or --all');
      }
      return replay(ids, options, command);
    });
}

const isLimited = ({ from, to, account, kind }: Options) =>
  from !== undefined || to !== undefined || account !== undefined || kind !== undefined;

async function replay(ids: string[], options: Options, command: Command): Promise<void> {
  const { dryRun = false, json } = options;
  const outcomes: Record<string, number> = {};
  const counts = await withApplication(dryRun ? 'read' : 'write', (services) => {
    if (!dryRun) {
      const work = (events: StoredEvent[]) => services.replays.replay(events.map(({ job }) => job));
      return audited(command, services, () => eachDelivery(services, ids, options, work));
    }
    return eachDelivery(services, ids, options, async (events) => {
      for (const { delivery, job } of events) {
        const run = await services.dryRuns.run(job);
        outcomes[run.outcome.result] = (outcomes[run.outcome.result] ?? 0) + 1;
        if (json) printJson({ delivery, ...run });
        else print(dryRunLine(delivery, run));
      }
    });
  });
  const missing = ids.length - counts.deliveries;
  if (json) printJson({ dryRun, ...counts, ...(dryRun && { outcomes }) });
  else print(sumLine(dryRun, counts));
  if (ids.length > 0 && !isLimited(options) && options.limit === undefined && missing > 0) {
    process.stderr.write(
      `${plural(missing, 'delivery is', 'deliveries are')} not there, or no longer kept.\n`,
    );
    process.exitCode = 1;
  }
}

interface StoredEvent {
  delivery: string;
  job: ReplayJob;
}

async function eachDelivery(
  { webhookLogs }: AppServices,
  ids: string[],
  options: Options,
  work: (events: StoredEvent[]) => Promise<unknown>,
): Promise<{ deliveries: number; events: number }> {
  const filter = filterOf(ids, options);
  const total = Math.min(await webhookLogs.count(filter), options.limit ?? Infinity);
  const bar = progressBar('deliveries', options.dryRun && process.stdout.isTTY ? 0 : total);
  let [deliveries, events] = [0, 0];
  let after: string | null = null;
  try {
    // Not past what there was at the beginning: a replay must not chase what comes in meanwhile.
    while (deliveries < total) {
      const wanted = Math.min(BATCH, total - deliveries);
      const logs: WebhookLogDocument[] = await webhookLogs.matching(filter, wanted, after);
      if (logs.length === 0) break;
      const batch = logs.flatMap((log) =>
        webhookLogs
          .eventsOf(log)
          .filter(({ event }) => isWanted(event, options))
          .map((job) => ({ delivery: log._id.toHexString(), job })),
      );
      await work(batch);
      deliveries += logs.length;
      events += batch.length;
      bar.update(deliveries);
      after = logs.at(-1)!._id.toHexString();
    }
  } finally {
    bar.stop();
  }
  return { deliveries, events };
}

const isWanted = (event: ReplayJob['event'], { account, kind }: Options): boolean =>
  (account === undefined || event.account === account) && (kind === undefined || event.kind === kind);

const filterOf = (ids: string[], { from, to, account, kind }: Options): ChosenLogs => ({
  ...(ids.length > 0 && { ids }),
  ...(from && { from }),
  ...(to && { to }),
  ...(account !== undefined && { account }),
  ...(kind !== undefined && { kind }),
});

/** Without texts: what people wrote stays out of terminals and logs unless it is asked for. */
function dryRunLine(delivery: string, { event, outcome }: DryRun): string {
  const { kind, account, person } = event;
  const by = outcome.automation === undefined ? '' : ` by ${outcome.automation}`;
  const why = outcome.reason === undefined ? '' : ` (${outcome.reason})`;
  return printable(
    `${delivery}  ${kind} of ${person ?? 'nobody'} to ${account}: ${outcome.result}${by}${why}`,
  );
}

function sumLine(dryRun: boolean, { deliveries, events }: { deliveries: number; events: number }): string {
  const what = `${plural(events, 'event')} of ${plural(deliveries, 'delivery', 'deliveries')}`;
  return dryRun ? `${what} would be run again.` : `${what} put into the queue to be run again.`;
}
