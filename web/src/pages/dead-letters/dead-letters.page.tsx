import { Button, Group, Paper, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/api-client.js';
import type { DeadLetterGroup, Job } from '../../api/job-views.js';
import { usePagedList } from '../../api/use-paged-list.js';
import { ErrorState } from '../../components/error-state.js';
import { ListBody } from '../../components/list-body.js';
import { PageHeader } from '../../components/page-header.js';
import { ReloadButton } from '../../components/reload-button.js';
import { toQuery } from '../../filters/time-range.js';
import { useFilters } from '../../filters/use-filters.js';
import { useCanWrite } from '../../session/use-session.js';
import { jobs } from '../../words/numbers.js';
import { JobFilterBar, jobFilterNames } from '../jobs/job-filters.js';
import { JobTable } from '../jobs/job-table.js';
import { BulkDialog, type BulkRequest } from './bulk-dialog.js';
import { ErrorGroups } from './error-groups.js';
import { useSelection } from './use-selection.js';

const REFRESH_MS = 10_000;
/** As many ids as the API takes in one call. */
const MAX_PICKED = 1000;

/** Jobs that are not tried again by themselves: what killed them, and the two ways out. */
export default function DeadLettersPage() {
  const [request, setRequest] = useState<BulkRequest | null>(null);
  const onBulk = useCanWrite() ? setRequest : undefined;
  const groups = useQuery({
    queryKey: ['dead-letter-groups'],
    queryFn: ({ signal }) =>
      api.get<{ groups: DeadLetterGroup[]; lookedAt: number }>('/dead-letters/groups', {}, signal),
    refetchInterval: REFRESH_MS,
  });
  return (
    <>
      <PageHeader title="Dead letters" />
      {groups.error && <ErrorState error={groups.error} onRetry={() => void groups.refetch()} />}
      {groups.data && groups.data.groups.length > 0 && <ErrorGroups {...groups.data} onBulk={onBulk} />}
      <DeadJobs onBulk={onBulk} />
      {request && <BulkDialog request={request} onClose={() => setRequest(null)} />}
    </>
  );
}

function DeadJobs({ onBulk }: { onBulk: ((request: BulkRequest) => void) | undefined }) {
  const filters = useFilters(jobFilterNames);
  const { status: _status, ...filter } = toQuery(filters.values) as Record<string, string>;
  const list = usePagedList<Job>('/jobs', { ...filter, status: 'dead' });
  const selection = useSelection(list.items.map(({ id }) => id));
  return (
    <>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {filters.isEmpty ? 'All dead jobs' : 'Dead jobs that fit'}
        </Title>
        <ReloadButton onClick={list.reload} />
      </Group>
      <JobFilterBar filters={filters} />
      {onBulk && list.items.length > 0 && (
        <BulkBar picked={selection.picked} filter={filter} isFiltered={!filters.isEmpty} onBulk={onBulk} />
      )}
      <ListBody
        list={list}
        filterKey={JSON.stringify(filter)}
        empty={
          filters.isEmpty
            ? { title: 'No dead letters', text: 'Every job was done, or is still being tried.' }
            : { title: 'No dead job fits these filters', text: 'Dead jobs are kept for 30 days.' }
        }
      >
        <JobTable jobs={list.items} label="Dead jobs" selection={onBulk && selection} />
      </ListBody>
    </>
  );
}

interface BulkBarProps {
  picked: string[];
  filter: Record<string, unknown>;
  isFiltered: boolean;
  onBulk: (request: BulkRequest) => void;
}

/** What can be done with those that are picked, or, with none picked, with all that fit. */
function BulkBar({ picked, filter, isFiltered, onBulk }: BulkBarProps) {
  const hasPicked = picked.length > 0;
  const ask = (action: BulkRequest['action']) =>
    onBulk({
      action,
      filter: hasPicked ? { ids: picked.slice(0, MAX_PICKED) } : filter,
      which: whichOf(hasPicked, isFiltered),
    });
  const what = hasPicked ? 'selected' : isFiltered ? 'all that fit' : 'all';
  return (
    <Paper withBorder p="xs" mb="xs">
      <Group justify="space-between">
        <Text size="sm" component="output">
          {hasPicked
            ? `${jobs(picked.length)} selected`
            : 'Select jobs, or act on all that the filters show.'}
        </Text>
        <Group gap="xs">
          <Button size="xs" onClick={() => ask('redrive')}>
            Redrive {what} …
          </Button>
          <Button size="xs" variant="default" onClick={() => ask('discard')}>
            Discard {what} …
          </Button>
        </Group>
      </Group>
    </Paper>
  );
}

function whichOf(hasPicked: boolean, isFiltered: boolean): string {
  if (hasPicked) return 'that are selected';
  return isFiltered ? 'that fit the filters' : 'of every kind';
}
