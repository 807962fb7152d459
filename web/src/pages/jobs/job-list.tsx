import type { Job } from '../../api/job-views.js';
import { usePagedList } from '../../api/use-paged-list.js';
import { ListBody } from '../../components/list-body.js';
import { PageHeader } from '../../components/page-header.js';
import { ReloadButton } from '../../components/reload-button.js';
import { toQuery } from '../../filters/time-range.js';
import { useFilters } from '../../filters/use-filters.js';
import { JobFilterBar, jobFilterNames } from './job-filters.js';
import { JobTable } from './job-table.js';

/** All jobs, the newest first. */
export function JobList() {
  const filters = useFilters(jobFilterNames);
  const query = toQuery(filters.values);
  const list = usePagedList<Job>('/jobs', query);
  return (
    <>
      <PageHeader title="Jobs">
        <ReloadButton onClick={list.reload} />
      </PageHeader>
      <JobFilterBar filters={filters} hasStatus />
      <ListBody
        list={list}
        filterKey={JSON.stringify(query)}
        empty={
          filters.isEmpty
            ? { title: 'No jobs yet', text: 'Each event of a webhook becomes one.' }
            : {
                title: 'No job fits these filters',
                text: 'Completed jobs are kept for 48 hours, dead ones for 30 days.',
              }
        }
      >
        <JobTable jobs={list.items} label="Jobs" />
      </ListBody>
    </>
  );
}
