import { Anchor, Group, List, Paper, SimpleGrid, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { api } from '../../api/api-client.js';
import type { DeadLetterGroup } from '../../api/job-views.js';
import type { AccountInNeed } from '../../api/queue-views.js';
import { ErrorState } from '../../components/error-state.js';
import { StatusBadge } from '../../components/status-badge.js';
import { Time } from '../../components/time.js';
import { inWords } from '../../words/kinds.js';
import { count } from '../../words/numbers.js';

const REFRESH_MS = 10_000;
const TOP = 5;

/** Accounts and errors that somebody should look at. */
export function Attention() {
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="sm" mt="sm">
      <Accounts />
      <Errors />
    </SimpleGrid>
  );
}

function Accounts() {
  const attention = useQuery({
    queryKey: ['attention'],
    queryFn: ({ signal }) => api.get<{ accounts: AccountInNeed[]; more: boolean }>('/attention', {}, signal),
    refetchInterval: REFRESH_MS,
  });
  const accounts = attention.data?.accounts ?? [];
  return (
    <Paper withBorder p="sm" component="section" aria-labelledby="accounts-in-need">
      <Title order={2} size="h5" id="accounts-in-need" mb="xs">
        Accounts that need attention
      </Title>
      {attention.error && <ErrorState error={attention.error} />}
      {attention.data && accounts.length === 0 && <Text size="sm">None: every account can send.</Text>}
      <List size="sm" spacing="xs" listStyleType="none">
        {accounts.map((account) => (
          <List.Item key={account.instagramId}>
            <Group gap="xs">
              <Anchor component={Link} href={`/accounts/${account.instagramId}`} size="sm" underline="always">
                @{account.username}
              </Anchor>
              <StatusBadge status={account.reasons[0]!} tone={toneOf(account)} />
              <Text size="sm" span>
                <WhatToDo account={account} />
              </Text>
            </Group>
          </List.Item>
        ))}
      </List>
      {attention.data?.more && <Text size="sm">… and others: see the list of accounts.</Text>}
    </Paper>
  );
}

const toneOf = ({ reasons }: AccountInNeed) =>
  reasons.includes('reconnect') || reasons.includes('token_expired') ? 'bad' : 'warning';

function WhatToDo({ account }: { account: AccountInNeed }) {
  const { statusReason, throttledUntil, tokenExpiresAt } = account;
  switch (account.reasons[0]!) {
    case 'reconnect':
      return <>connect it again or give it a new token; its jobs wait until then</>;
    case 'throttled':
      return (
        <>
          Instagram asked for a rest; goes on <Time at={throttledUntil} />
        </>
      );
    case 'paused':
      return <>{pauseText(statusReason)}; its jobs wait</>;
    case 'token_expired':
      return (
        <>
          its token ended <Time at={tokenExpiresAt} />
        </>
      );
    case 'token_expires':
      return (
        <>
          its token ends <Time at={tokenExpiresAt} />
        </>
      );
  }
}

const pauseText = (reason: string | undefined) =>
  reason === undefined || reason === 'by_owner' ? 'paused by hand' : `paused: ${inWords(reason)}`;

function Errors() {
  const groups = useQuery({
    queryKey: ['dead-letter-groups'],
    queryFn: ({ signal }) =>
      api.get<{ groups: DeadLetterGroup[]; lookedAt: number }>('/dead-letters/groups', {}, signal),
    refetchInterval: REFRESH_MS,
  });
  const top = groups.data?.groups.slice(0, TOP) ?? [];
  return (
    <Paper withBorder p="sm" component="section" aria-labelledby="top-errors">
      <Title order={2} size="h5" id="top-errors" mb="xs">
        What killed jobs
      </Title>
      {groups.error && <ErrorState error={groups.error} />}
      {groups.data && top.length === 0 && <Text size="sm">Nothing: there are no dead letters.</Text>}
      <List size="sm" spacing="xs" listStyleType="none">
        {top.map(({ code, count: number, lastAt }) => (
          <List.Item key={code ?? ''}>
            <Anchor
              component={Link}
              href={code === null ? '/dead-letters' : `/dead-letters?lastError=${encodeURIComponent(code)}`}
              size="sm"
              underline="always"
            >
              {inWords(code ?? 'no error kept')}
            </Anchor>{' '}
            <Text size="sm" span>
              {count(number)} ×, last <Time at={lastAt} />
            </Text>
          </List.Item>
        ))}
      </List>
    </Paper>
  );
}
