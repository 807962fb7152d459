import { Injectable, Logger } from '@nestjs/common';
import { WebhookConfig } from '../config/app-config.js';
import { Batcher } from '../database/batcher.js';
import { Clock } from '../database/clock.js';
import { UnavailableError } from '../http/http.errors.js';
import { MalformedJsonError } from '../instagram/instagram.errors.js';
import { parseLosslessJson } from '../instagram/lossless-json.js';
import type { EnqueuedJob, NewJob } from '../queue/job.types.js';
import { QueueService } from '../queue/queue.service.js';
import { Telemetry } from '../telemetry/telemetry.js';
import { parseEnvelope, type ParsedEnvelope } from './envelope.parser.js';
import { WebhookLogRepository, type NewWebhookLog } from './webhook-log.repository.js';
import { EnvelopeError } from './webhooks.errors.js';

const LOG_BATCH = 500;
const MAX_PENDING_LOGS = 20_000;
/** A server takes 48 MB in one message. */
const MAX_COMMAND_BYTES = 16_000_000;
/** What an event or a rejection takes in the log, ids as long as ids can be. */
const MAX_ENTRY_BYTES = 2_500;
/** As long as the queue waits for more jobs to store. */
const LINGER_MS = 4;
const RETRY_AFTER_SECONDS = 5;
/** As many as Instagram sends updates at most; a body full of garbage could have more than a document can hold. */
const MAX_LOGGED_REJECTIONS = 1000;
/** Five times what Meta puts into one delivery: more would carry the log's document past MongoDB's 16 MB. */
const MAX_LOGGED_EVENTS = 5000;
/** Meta sends a thousand events at once at most, and nearly always one. */
const MAX_IDS_IN_A_LINE = 100;

/** From the signed bytes of a delivery to durable jobs, one for each event. */
@Injectable()
export class IngestionService {
  private readonly logger = new Logger('Webhooks');
  private readonly logs: Batcher<NewWebhookLog, string>;

  constructor(
    private readonly config: WebhookConfig,
    private readonly queue: QueueService,
    private readonly clock: Clock,
    private readonly telemetry: Telemetry,
    repository: WebhookLogRepository,
  ) {
    this.logs = new Batcher({
      run: (logs) => repository.insertMany(logs),
      maxItems: LOG_BATCH,
      maxPending: MAX_PENDING_LOGS,
      weigh: weightOf,
      maxWeight: MAX_COMMAND_BYTES,
      lingerMs: LINGER_MS,
    });
  }

  /**
   * Resolves once every event and the delivery itself are on disk.
   *
   * @param body as received, its signature checked
   * @param signedBy index of the app secret that signed
   * @throws {EnvelopeError} nothing of it can be understood
   * @throws {UnavailableError} not everything could be stored; Instagram will deliver it again, and what was stored is
   *   recognised then
   */
  async receive(body: Buffer, signedBy: number): Promise<void> {
    const receivedAt = this.clock.date();
    const envelope = parseEnvelope(parseBody(body), receivedAt.getTime());
    const { spans } = this.telemetry;
    const trace = spans?.carrier();
    const jobs = envelope.events.map((parsed) => this.toJob(parsed, trace));
    const store = () =>
      Promise.allSettled([
        this.queue.enqueue(jobs),
        this.logs.add(this.toLog(body, signedBy, envelope, receivedAt)),
      ]);
    const [enqueued, logged] = await (spans ? spans.run('store delivery', {}, store) : store());
    if (enqueued.status === 'rejected') this.refuse(enqueued.reason);
    if (logged.status === 'rejected') this.refuse(logged.reason);
    this.report(logged.value, body.length, signedBy, envelope, enqueued.value);
  }

  /** One line with the ids by which the lines of its jobs are found. Of a delivery as it should be, only at `debug`. */
  private report(
    delivery: string,
    bytes: number,
    signedBy: number,
    { rejected }: ParsedEnvelope,
    jobs: EnqueuedJob[],
  ): void {
    const unusual = rejected.length > 0;
    if (!unusual && !this.telemetry.eachLogged) return;
    this.logger[unusual ? 'warn' : 'debug']({
      msg: unusual ? 'malformed events in a delivery' : 'delivery',
      delivery,
      bytes,
      signedBy,
      jobs: jobs.flatMap(({ id }) => id ?? []).slice(0, MAX_IDS_IN_A_LINE),
      duplicates: jobs.filter(({ duplicate }) => duplicate).length,
      ...(unusual && { rejected: rejected.slice(0, 10) }),
    });
  }

  private toJob({ event, identity }: ParsedEnvelope['events'][number], trace: string | undefined): NewJob {
    return {
      kind: event.kind,
      payload: event,
      dedupKey: identity.key,
      limitKey: event.account,
      ...(trace !== undefined && { trace }),
      // Not behind a send that waits to know whether it arrived: the echo is what tells.
      ...(event.person !== null && event.kind !== 'echo' && { groupKey: `${event.account}:${event.person}` }),
      ...(!identity.ownId && {
        dedupWindow: { ms: this.config.dedupWindowMs, at: new Date(event.timestamp) },
      }),
    };
  }

  private toLog(body: Buffer, signedBy: number, envelope: ParsedEnvelope, receivedAt: Date): NewWebhookLog {
    return {
      receivedAt,
      body,
      signedBy,
      events: envelope.events
        .slice(0, MAX_LOGGED_EVENTS)
        .map(({ event: { kind, account, person }, identity }) => ({
          kind,
          account,
          person,
          identity: identity.key,
        })),
      rejected: envelope.rejected.slice(0, MAX_LOGGED_REJECTIONS),
      people: peopleOf(envelope),
      expiresAt: new Date(receivedAt.getTime() + this.config.logRetentionMs),
    };
  }

  private refuse(error: unknown): never {
    this.logger.error({ msg: 'could not store a delivery', error });
    throw new UnavailableError(
      'not_stored',
      'The delivery could not be stored; send it again.',
      RETRY_AFTER_SECONDS,
    );
  }
}

const peopleOf = ({ events }: ParsedEnvelope): string[] => [
  ...new Set(
    events
      .slice(0, MAX_LOGGED_EVENTS)
      .flatMap(({ event: { account, person } }) => (person === null ? [] : `${account}:${person}`)),
  ),
];

const weightOf = ({ body, events, rejected }: NewWebhookLog) =>
  body.length + (events.length + rejected.length) * MAX_ENTRY_BYTES;

function parseBody(body: Buffer): unknown {
  try {
    return parseLosslessJson(body.toString('utf8'));
  } catch (error) {
    if (error instanceof MalformedJsonError)
      throw new EnvelopeError('not_json', 'The body is not valid JSON.');
    throw error;
  }
}
