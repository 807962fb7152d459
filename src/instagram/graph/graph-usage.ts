import type { IncomingHttpHeaders } from 'node:http';

/** How much of an hourly allowance is used, in per cent; calls are refused from 100 on. */
export interface UsageFigures {
  callCountPercent: number;
  totalTimePercent: number;
  totalCpuTimePercent: number;
}

export interface BusinessUsage extends UsageFigures {
  /** The account (or page) that the figures are for. */
  businessId: string;
  /** `instagram`, `messenger`, …: Meta adds types. */
  type?: string;
  /** How long until calls are accepted again; 0 while they are. */
  regainAccessMs: number;
}

export interface GraphUsage {
  /** `X-App-Usage`: of the whole app. */
  app?: UsageFigures;
  /** `X-Business-Use-Case-Usage`: of each account named. */
  business: BusinessUsage[];
}

const MS_PER_MINUTE = 60_000;

/**
 * What Instagram's answer says about its limits. Headers that are absent or can't be read count for nothing.
 * https://developers.facebook.com/docs/graph-api/overview/rate-limiting
 */
export function parseUsage(headers: IncomingHttpHeaders): GraphUsage {
  const app = parseHeader(headers['x-app-usage']);
  const business = parseHeader(headers['x-business-use-case-usage']);
  return {
    ...(app && { app: figuresOf(app) }),
    business: Object.entries(business ?? {}).flatMap(([businessId, list]) =>
      Array.isArray(list) ? list.filter(isRecord).map((entry) => businessUsageOf(businessId, entry)) : [],
    ),
  };
}

function businessUsageOf(businessId: string, entry: Record<string, unknown>): BusinessUsage {
  return {
    businessId,
    ...(typeof entry.type === 'string' && { type: entry.type }),
    ...figuresOf(entry),
    regainAccessMs: numberOr0(entry.estimated_time_to_regain_access) * MS_PER_MINUTE,
  };
}

function figuresOf(entry: Record<string, unknown>): UsageFigures {
  return {
    callCountPercent: numberOr0(entry.call_count),
    totalTimePercent: numberOr0(entry.total_time),
    totalCpuTimePercent: numberOr0(entry.total_cputime),
  };
}

function parseHeader(value: string | string[] | undefined): Record<string, unknown> | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function numberOr0(value: unknown): number {
  return typeof value === 'number' && value > 0 ? value : 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
