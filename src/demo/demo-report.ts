import { keyValueTable } from '../cli/key-value-table.js';
import type { CheckResult } from './demo-check.js';
import type { DemoPlan } from './demo-plan.js';
import type { LoadProgress } from './load.js';
import type { ProcessUsage } from './usage-probe.js';

export interface DemoResult extends CheckResult {
  /** Webhooks posted, those delivered twice included. */
  posted: number;
  accepted: number;
  refused: number;
  events: number;
  /** From the first post to the last answer. */
  seconds: number;
  webhooksPerSecond: number;
  ackP50Ms: number;
  ackP99Ms: number;
  /** Of the server's process, its store included. */
  serverCpuSeconds: number;
  serverPeakMemoryMb: number;
}

export interface Measurements {
  plan: DemoPlan;
  load: LoadProgress;
  check: CheckResult;
  usage: ProcessUsage;
  startedAt: number;
}

export function toResult({ plan, load, check, usage, startedAt }: Measurements): DemoResult {
  const latencies = load.latenciesMs ?? [];
  const at = (share: number) => latencies[Math.floor((latencies.length - 1) * share)] ?? 0;
  const seconds = (check.lastAnswerAt - startedAt) / 1000;
  return {
    ...check,
    posted: load.posted,
    accepted: load.accepted,
    refused: load.refused,
    events: plan.events,
    seconds,
    webhooksPerSecond: load.posted / seconds,
    ackP50Ms: at(0.5),
    ackP99Ms: at(0.99),
    serverCpuSeconds: usage.cpuSeconds,
    serverPeakMemoryMb: usage.peakMemoryMb,
  };
}

/** Every webhook was acknowledged, and every event answered, once. */
export const isPerfect = ({
  posted,
  accepted,
  refused,
  events,
  replied,
  duplicates,
  lost,
}: DemoResult): boolean =>
  accepted === posted - refused && replied === events && duplicates === 0 && lost === 0;

const whole = (value: number) => Math.round(value).toLocaleString('en-US');
const decimal = (value: number) => value.toFixed(1);

export function resultTable(result: DemoResult): string {
  return keyValueTable([
    ['webhooks posted (2 % of the events twice)', whole(result.posted)],
    ['accepted', whole(result.accepted)],
    ['events', whole(result.events)],
    ['replied', whole(result.replied)],
    ['duplicates sent', whole(result.duplicates)],
    ['lost', whole(result.lost)],
    ['seconds, first post to last reply', decimal(result.seconds)],
    ['webhooks per second', whole(result.webhooksPerSecond)],
    ['ack p50', `${decimal(result.ackP50Ms)} ms`],
    ['ack p99', `${decimal(result.ackP99Ms)} ms`],
    ['CPU seconds of the server, store included', decimal(result.serverCpuSeconds)],
    ['peak memory of the server', `${whole(result.serverPeakMemoryMb)} MB`],
  ]);
}
