import { Anchor, Box, Checkbox, Table, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { Job } from '../../api/job-views.js';
import { useAutomationNames } from '../../api/use-automation-names.js';
import { AccountName } from '../../components/account-name.js';
import { StatusBadge } from '../../components/status-badge.js';
import { Time } from '../../components/time.js';
import { inWords } from '../../words/kinds.js';
import { outcomeText } from '../../words/outcome-text.js';

export interface Selection {
  ids: ReadonlySet<string>;
  toggle(id: string): void;
  toggleAll(ids: string[]): void;
}

interface JobTableProps {
  jobs: Job[];
  /** Of screen readers: what the rows are. */
  label: string;
  /** Not there: nothing can be picked. */
  selection?: Selection | undefined;
}

/** Jobs as rows; on a phone the columns that matter least go. */
export function JobTable({ jobs, label, selection }: JobTableProps) {
  const names = useAutomationNames();
  const all = jobs.map(({ id }) => id);
  const picked = selection ? all.filter((id) => selection.ids.has(id)).length : 0;
  return (
    <Table aria-label={label} highlightOnHover verticalSpacing="xs" stickyHeader stickyHeaderOffset={56}>
      <Table.Thead>
        <Table.Tr>
          {selection && (
            <Table.Th w={40}>
              <Checkbox
                aria-label="Select all that are shown"
                checked={picked > 0 && picked === all.length}
                indeterminate={picked > 0 && picked < all.length}
                onChange={() => selection.toggleAll(all)}
              />
            </Table.Th>
          )}
          <Table.Th>Job</Table.Th>
          <Table.Th>What became of it</Table.Th>
          <Table.Th visibleFrom="md">Account</Table.Th>
          <Table.Th visibleFrom="lg">Person</Table.Th>
          <Table.Th visibleFrom="sm" ta="right">
            Tries
          </Table.Th>
          <Table.Th>Came</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {jobs.map((job) => (
          <JobRow key={job.id} job={job} names={names} selection={selection} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

interface JobRowProps {
  job: Job;
  names: ReadonlyMap<string, string>;
  selection: Selection | undefined;
}

function JobRow({ job, names, selection }: JobRowProps) {
  return (
    <Table.Tr data-job={job.id}>
      {selection && (
        <Table.Td>
          <Checkbox
            aria-label={`Select ${inWords(job.kind)} ${job.id}`}
            checked={selection.ids.has(job.id)}
            onChange={() => selection.toggle(job.id)}
          />
        </Table.Td>
      )}
      <Table.Td>
        <Anchor component={Link} href={`/jobs/${job.id}`} size="sm" underline="always">
          {inWords(job.kind)}
        </Anchor>
        <Box mt={2}>
          <StatusBadge status={job.status} />
        </Box>
      </Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        <Result job={job} names={names} />
      </Table.Td>
      <Table.Td visibleFrom="md">
        <Text size="sm">
          <AccountName id={job.account} />
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="lg">
        <Person job={job} />
      </Table.Td>
      <Table.Td visibleFrom="sm" ta="right">
        {job.attempts}
      </Table.Td>
      <Table.Td>
        <Text size="sm" span>
          <Time at={job.createdAt} />
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}

/** The second half of a conversation's id. */
export const personOf = ({ account, conversation }: Job): string | null =>
  conversation === null || account === null ? null : conversation.slice(account.length + 1);

function Person({ job }: { job: Job }) {
  const person = personOf(job);
  if (person === null || job.conversation === null) return '–';
  return (
    <Anchor component={Link} href={`/conversations/${job.conversation}`} size="sm" ff="monospace">
      {person}
    </Anchor>
  );
}

function Result({ job, names }: Pick<JobRowProps, 'job' | 'names'>) {
  const { status, outcome, blocked, runAt, errors } = job;
  const error = errors.at(-1);
  if (status === 'completed') {
    return (
      <Text size="sm">{outcome ? outcomeText(outcome, names.get(outcome.automation ?? '')) : 'Done'}</Text>
    );
  }
  if (status === 'processing') return <Text size="sm">Runs now</Text>;
  return (
    <>
      {status === 'pending' && (
        <Text size="sm">
          {blocked ? (
            'Waits for another one'
          ) : (
            <>
              Due <Time at={runAt} />
            </>
          )}
        </Text>
      )}
      {error && (
        <Text size="sm">
          <Text span ff="monospace" size="sm">
            {error.code}
          </Text>
          <Text span size="sm" c="dimmed" visibleFrom="sm">
            {' '}
            {error.message}
          </Text>
        </Text>
      )}
    </>
  );
}
