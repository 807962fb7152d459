import type { Spans } from './spans.js';

/** What the process tells of each delivery and job, beside its figures. Off, each costs one look at a field. */
export class Telemetry {
  constructor(
    /** Undefined while traces are off. */
    readonly spans: Spans | undefined,
    /** Whether a delivery or job that went as it should has its line in the log. */
    readonly eachLogged: boolean,
  ) {}
}
