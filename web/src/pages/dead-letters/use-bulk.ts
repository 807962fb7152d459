import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { api } from '../../api/api-client.js';

export type BulkAction = 'redrive' | 'discard';

export interface BulkOptions {
  action: BulkAction;
  /** As the API takes it: filters, or `ids`. */
  filter: Record<string, unknown>;
  /** How many match: what dies again meanwhile is left for another time. */
  matched: number;
  /** Jobs a second; null: all at once. */
  rate: number | null;
}

interface BulkAnswer {
  redriven?: number;
  discarded?: number;
  more: boolean;
  nextRunAt?: string;
}

/** Few enough that the progress moves and that one can stop. */
const JOBS_A_CALL = 2000;

/** Redrives or discards call by call, until nothing is left or somebody stops it. */
export function useBulk() {
  const queries = useQueryClient();
  const [done, setDone] = useState<number | null>(null);
  const stopped = useRef(false);

  const run = async ({ action, filter, matched, rate }: BulkOptions): Promise<number> => {
    stopped.current = false;
    let total = 0;
    let startAt: string | undefined;
    setDone(0);
    try {
      for (let more = true; more && total < matched && !stopped.current;) {
        const answer = await api.post<BulkAnswer>(`/dead-letters/${action}`, {
          ...filter,
          limit: Math.min(JOBS_A_CALL, matched - total),
          ...(rate !== null && { rate }),
          ...(rate !== null && startAt !== undefined && { startAt }),
        });
        const changed = answer.redriven ?? answer.discarded ?? 0;
        total += changed;
        startAt = answer.nextRunAt;
        // None changed though some fit: others were faster.
        more = answer.more && changed > 0;
        setDone(total);
      }
    } finally {
      setDone(null);
      await queries.invalidateQueries();
    }
    return total;
  };

  return { run, done, stop: () => (stopped.current = true) };
}
