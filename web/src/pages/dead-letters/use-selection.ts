import { useState } from 'react';
import type { Selection } from '../jobs/job-table.js';

/** Rows that are picked, by id; what has left the list meanwhile is no longer counted. */
export function useSelection(shown: readonly string[]): Selection & { picked: string[]; clear(): void } {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const picked = shown.filter((id) => ids.has(id));
  const toggle = (id: string) =>
    setIds((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  return {
    ids,
    picked,
    toggle,
    toggleAll: (all) => setIds(new Set(picked.length === all.length ? [] : all)),
    clear: () => setIds(new Set()),
  };
}
