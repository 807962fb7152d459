import { Anchor, Group, List, Text } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { Link } from 'wouter';
import { api } from '../../api/api-client.js';
import type { JobDetails } from '../../api/job-views.js';
import { StatusBadge } from '../../components/status-badge.js';
import { outcomeText } from '../../words/outcome-text.js';

const REFRESH_MS = 1000;

interface ReplayedJobsProps {
  ids: string[];
  names: ReadonlyMap<string, string>;
}

/** The jobs that a replay has made, watched to their end. */
export function ReplayedJobs({ ids, names }: ReplayedJobsProps) {
  const jobs = useQueries({
    queries: ids.map((id) => ({
      queryKey: ['job', id],
      queryFn: ({ signal }: { signal: AbortSignal }) => api.get<JobDetails>(`/jobs/${id}`, {}, signal),
      refetchInterval: ({ state }: { state: { data: JobDetails | undefined } }) =>
        state.data?.finishedAt ? (false as const) : REFRESH_MS,
    })),
  });
  if (ids.length === 0) return <Text size="sm">There was nothing in it to run.</Text>;
  return (
    <List size="sm" spacing="xs" listStyleType="none" aria-live="polite">
      {ids.map((id, index) => {
        const job = jobs[index]?.data;
        return (
          <List.Item key={id}>
            <Group gap="xs">
              <Anchor component={Link} href={`/jobs/${id}`} size="sm" underline="always">
                Event {index + 1}
              </Anchor>
              <StatusBadge status={job?.status ?? 'pending'} />
              {job?.outcome && (
                <Text size="sm">{outcomeText(job.outcome, names.get(job.outcome.automation ?? ''))}</Text>
              )}
            </Group>
          </List.Item>
        );
      })}
    </List>
  );
}
