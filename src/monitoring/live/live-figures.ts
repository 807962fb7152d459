import { Injectable, Logger, type MessageEvent, type OnModuleDestroy } from '@nestjs/common';
import {
  catchError,
  defer,
  exhaustMap,
  finalize,
  interval,
  map,
  merge,
  Observable,
  of,
  ReplaySubject,
  scan,
  share,
  Subject,
  takeUntil,
  timer,
} from 'rxjs';
import { UnavailableError } from '../../http/http.errors.js';
import { FigureSource } from './figure-source.js';
import { addSample, ratesOf, type Sample } from './live-rates.js';

const TICK_MS = 1000;
/** Less than the idle time of usual proxies. */
const HEARTBEAT_MS = 15_000;
/** Then the browser connects again by itself, and shows that it still may. */
const MAX_STREAM_MS = 15 * 60_000;
const MAX_STREAMS = 100;
const RETRY_AFTER_SECONDS = 30;

const heartbeats = interval(HEARTBEAT_MS).pipe(map((): MessageEvent => ({ comment: 'still here' })));

/**
 * The queue's figures each second, for whoever listens. All streams of a process share one computation; with nobody
 * listening there is none, and no timer.
 */
@Injectable()
export class LiveFigures implements OnModuleDestroy {
  private readonly logger = new Logger('Live');
  private readonly ended = new Subject<void>();
  private ending = false;
  private open = 0;
  private reading = false;

  private readonly figures: Observable<MessageEvent> = this.ticks().pipe(
    // A reading that takes longer than a second makes the next one late, and never two at a time.
    exhaustMap(() => this.sample()),
    scan((samples: Sample[], sample) => (sample ? addSample(samples, sample) : []), []),
    map((samples) => toMessage(samples, this.open)),
    share({ connector: () => new ReplaySubject<MessageEvent>(1), resetOnRefCountZero: true }),
  );

  constructor(private readonly source: FigureSource) {}

  /** How many listen. */
  get streams(): number {
    return this.open;
  }

  /** Whether figures are computed each second. */
  get isReading(): boolean {
    return this.reading;
  }

  /**
   * Events `figures`, the first at once, or `unavailable` while the database does not answer.
   *
   * @throws {UnavailableError} when too many listen, or the process is about to end
   */
  stream(): Observable<MessageEvent> {
    if (this.ending) {
      throw new UnavailableError('shutting_down', 'The server is about to end; connect again.', 1);
    }
    if (this.open >= MAX_STREAMS) {
      const message = `There are ${MAX_STREAMS} streams open already.`;
      throw new UnavailableError('too_many_streams', message, RETRY_AFTER_SECONDS);
    }
    // Counted when it is listened to: a browser that has gone meanwhile never does.
    return defer(() => {
      this.open += 1;
      return merge(this.figures, heartbeats).pipe(
        takeUntil(merge(this.ended, timer(MAX_STREAM_MS))),
        finalize(() => (this.open -= 1)),
      );
    });
  }

  /** Streams would keep the process from ending. */
  onModuleDestroy(): void {
    this.ending = true;
    this.ended.next();
  }

  private ticks(): Observable<number> {
    return defer(() => {
      this.reading = true;
      return timer(0, TICK_MS).pipe(finalize(() => (this.reading = false)));
    });
  }

  private sample(): Observable<Sample | null> {
    return defer(() => this.source.read()).pipe(
      catchError((error: unknown) => {
        this.logger.debug({ msg: 'no figures', error });
        return of(null);
      }),
    );
  }
}

function toMessage(samples: Sample[], listeners: number): MessageEvent {
  const latest = samples.at(-1);
  if (!latest) return { type: 'unavailable', data: { code: 'store_unavailable' } };
  return { type: 'figures', data: { at: latest.at, ...latest.figures, ...ratesOf(samples), listeners } };
}
