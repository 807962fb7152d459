import { Anchor, Group, SimpleGrid, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { api } from '../../api/api-client.js';
import type { JobDetails } from '../../api/job-views.js';
import { useAutomationNames } from '../../api/use-automation-names.js';
import { AccountName } from '../../components/account-name.js';
import { BackLink } from '../../components/back-link.js';
import { ErrorState } from '../../components/error-state.js';
import { Fact, Facts } from '../../components/facts.js';
import { JsonView } from '../../components/json-view.js';
import { LoadingState } from '../../components/loading-state.js';
import { PageHeader } from '../../components/page-header.js';
import { Section } from '../../components/section.js';
import { StatusBadge } from '../../components/status-badge.js';
import { Time } from '../../components/time.js';
import { inWords } from '../../words/kinds.js';
import { outcomeText } from '../../words/outcome-text.js';
import { JobActions } from './job-actions.js';
import { JobMessages } from './job-messages.js';
import { personOf } from './job-table.js';
import { JobTimeline } from './timeline.js';

/** While something may still happen to it. */
const REFRESH_MS = 2000;

/** Everything that is known of one job. */
export function JobDetailsView({ id }: { id: string }) {
  const {
    data: job,
    error,
    refetch,
  } = useQuery({
    queryKey: ['job', id],
    queryFn: ({ signal }) => api.get<JobDetails>(`/jobs/${encodeURIComponent(id)}`, {}, signal),
    refetchInterval: ({ state }) => (state.data && !isOver(state.data) ? REFRESH_MS : false),
  });
  const names = useAutomationNames(job?.account ?? null);
  return (
    <>
      <BackLink href="/jobs">All jobs</BackLink>
      <PageHeader title={job ? `Job: ${inWords(job.kind)}` : 'Job'}>
        {job?.status === 'dead' && <JobActions id={id} />}
      </PageHeader>
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!job && !error && <LoadingState />}
      {job && <Parts job={job} names={names} />}
    </>
  );
}

const isOver = ({ status }: JobDetails) => status === 'completed' || status === 'dead';

function Parts({ job, names }: { job: JobDetails; names: ReadonlyMap<string, string> }) {
  return (
    <>
      <Section title="Summary">
        <Group gap="xs" mb="md" component="output">
          <StatusBadge status={job.status} />
          {job.outcome && (
            <Text size="sm">{outcomeText(job.outcome, names.get(job.outcome.automation ?? ''))}</Text>
          )}
        </Group>
        <JobFacts job={job} />
      </Section>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
        <Section title="Time line">
          <JobTimeline entries={job.timeline} />
        </Section>
        <Section title="Messages">
          <JobMessages messages={job.messages} names={names} />
        </Section>
      </SimpleGrid>
      <Section title="Payload">
        {job.payload === null ? (
          <Text size="sm">
            Not kept: the payload goes when a job is completed. Its delivery may still be there.
          </Text>
        ) : (
          <JsonView value={job.payload} label="Payload as JSON" />
        )}
      </Section>
    </>
  );
}

function JobFacts({ job }: { job: JobDetails }) {
  const { account, conversation, delivery, expiresAt, rescues } = job;
  return (
    <Facts>
      <Fact name="Id">{job.id}</Fact>
      <Fact name="Account">
        <AccountName id={account} />
      </Fact>
      <Fact name="Person">{personOf(job) ?? '–'}</Fact>
      <Fact name="Conversation">
        {conversation === null ? (
          'none'
        ) : (
          <>
            <To href={`/conversations/${conversation}`}>read it</To>,{' '}
            <To href={`/jobs?${new URLSearchParams({ conversation })}`}>its jobs</To>
          </>
        )}
      </Fact>
      <Fact name="Tries">
        {job.attempts}
        {rescues > 0 && `, rescued ${rescues} times from a lost process`}
      </Fact>
      <Fact name="Worker">{job.worker ?? '–'}</Fact>
      <Fact name="Delivery">
        {delivery === null ? (
          'not kept, or none'
        ) : (
          <To href={`/webhooks/${delivery.id}`}>
            received <Time at={delivery.receivedAt} />
          </To>
        )}
      </Fact>
      <Fact name="Deleted">{expiresAt === null ? 'not before it is over' : <Time at={expiresAt} />}</Fact>
    </Facts>
  );
}

const To = ({ href, children }: { href: string; children: ReactNode }) => (
  <Anchor component={Link} href={href} size="sm" underline="always">
    {children}
  </Anchor>
);
