import { FilterAccount } from '../../filters/filter-account.js';
import { FilterBar } from '../../filters/filter-bar.js';
import { FilterChoice, optionsOf } from '../../filters/filter-choice.js';
import { FilterText } from '../../filters/filter-text.js';
import { FilterTime } from '../../filters/filter-time.js';
import type { Filters } from '../../filters/use-filters.js';
import { jobKinds } from '../../words/kinds.js';

export const jobFilterNames = [
  'status',
  'kind',
  'account',
  'conversation',
  'error',
  'lastError',
  'since',
  'from',
  'to',
] as const;
export type JobFilterName = (typeof jobFilterNames)[number];
type JobFilters = Filters<JobFilterName>;

const statuses = ['pending', 'processing', 'completed', 'dead'];

interface JobFilterBarProps {
  filters: JobFilters;
  /** Not there where the page is about one status. */
  hasStatus?: boolean;
}

export function JobFilterBar({ filters, hasStatus = false }: JobFilterBarProps) {
  const { values, set, clear, isEmpty } = filters;
  return (
    <FilterBar isEmpty={isEmpty} onClear={clear}>
      {hasStatus && (
        <FilterChoice
          label="Status"
          value={values.status}
          onChange={(status) => set({ status })}
          options={optionsOf(statuses)}
        />
      )}
      <FilterChoice
        label="Kind"
        value={values.kind}
        onChange={(kind) => set({ kind })}
        options={optionsOf(jobKinds)}
      />
      <FilterAccount value={values.account} onChange={(account) => set({ account })} />
      <FilterText
        label="Conversation"
        placeholder="account:person"
        value={values.conversation}
        onChange={(conversation) => set({ conversation })}
      />
      <FilterText
        label="Error"
        placeholder="Code, or text in it"
        value={values.error}
        onChange={(error) => set({ error })}
      />
      {values.lastError !== '' && (
        <FilterText
          label="Died of"
          placeholder="Code of the last error"
          value={values.lastError}
          onChange={(lastError) => set({ lastError })}
        />
      )}
      <FilterTime value={values} onChange={(time) => set({ ...time })} />
    </FilterBar>
  );
}
