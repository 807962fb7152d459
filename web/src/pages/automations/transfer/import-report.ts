export interface ImportCounts {
  created: number;
  updated: number;
  unchanged: number;
  failed: number;
}

/** What `POST /api/admin/import` answers. */
export interface ImportReport {
  dryRun: boolean;
  automations: ImportCounts;
  contacts: ImportCounts;
  items: { path: string; name?: string; result: keyof ImportCounts }[];
  errors: { path: string; message: string }[];
  moreErrors: number;
  warnings: { path: string; message: string }[];
}

/** How many entries are, or would be, written. */
export const changesIn = ({ automations, contacts }: ImportReport): number =>
  automations.created + automations.updated + contacts.created + contacts.updated;

const words: Record<keyof ImportCounts, string> = {
  created: 'new',
  updated: 'changed',
  unchanged: 'as they are here',
  failed: 'wrong',
};

/** `2 new, 1 wrong`; `none` when there is nothing of the kind. */
export function countsInWords(counts: ImportCounts): string {
  const parts = (Object.keys(words) as (keyof ImportCounts)[])
    .filter((result) => counts[result] > 0)
    .map((result) => `${counts[result].toLocaleString()} ${words[result]}`);
  return parts.join(', ') || 'none';
}

export const summaryOf = ({ automations, contacts }: ImportReport): string =>
  `Automations: ${countsInWords(automations)}. Contacts: ${countsInWords(contacts)}.`;
