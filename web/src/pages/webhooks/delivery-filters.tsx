import { FilterAccount } from '../../filters/filter-account.js';
import { FilterBar } from '../../filters/filter-bar.js';
import { FilterChoice, optionsOf } from '../../filters/filter-choice.js';
import { FilterText } from '../../filters/filter-text.js';
import { FilterTime } from '../../filters/filter-time.js';
import type { Filters } from '../../filters/use-filters.js';
import { eventKinds } from '../../words/kinds.js';

export const deliveryFilterNames = [
  'status',
  'kind',
  'account',
  'conversation',
  'error',
  'since',
  'from',
  'to',
] as const;
type DeliveryFilters = Filters<(typeof deliveryFilterNames)[number]>;

const statuses = [
  { value: 'clean', label: 'All events understood' },
  { value: 'rejected', label: 'With rejected events' },
];

export function DeliveryFilterBar({
  filters: { values, set, clear, isEmpty },
}: {
  filters: DeliveryFilters;
}) {
  return (
    <FilterBar isEmpty={isEmpty} onClear={clear}>
      <FilterChoice
        label="Deliveries"
        any="All"
        value={values.status}
        onChange={(status) => set({ status })}
        options={statuses}
      />
      <FilterChoice
        label="Kind of event"
        value={values.kind}
        onChange={(kind) => set({ kind })}
        options={optionsOf(eventKinds)}
      />
      <FilterAccount value={values.account} onChange={(account) => set({ account })} />
      <FilterText
        label="Conversation"
        placeholder="account:person"
        value={values.conversation}
        onChange={(conversation) => set({ conversation })}
      />
      <FilterText
        label="Reason of rejection"
        placeholder="Text in it"
        value={values.error}
        onChange={(error) => set({ error })}
      />
      <FilterTime value={values} onChange={(time) => set({ ...time })} />
    </FilterBar>
  );
}
