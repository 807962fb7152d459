import { Button, Center, Group, Loader, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { usePagedList, type PagedList } from '../../api/use-paged-list.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { LoadMore } from '../../components/load-more.js';
import { PageHeader } from '../../components/page-header.js';
import { useCanWrite } from '../../session/use-session.js';
import { useAccounts } from '../accounts/use-accounts.js';
import { AutomationRow } from './automation-row.js';
import type { Automation } from './automation.types.js';
import { TransferMenu } from './transfer/transfer-menu.js';
import { AUTOMATIONS } from './use-automations.js';

const REFRESH_MS = 10_000;

interface Filters {
  text: string;
  account: string;
  enabled: string;
}

/** All automations in the order in which they are tried on an event. */
export function AutomationList() {
  const [filters, setFilters] = useState<Filters>(() => ({
    text: '',
    account: new URLSearchParams(window.location.search).get('account') ?? '',
    enabled: '',
  }));
  const [q] = useDebouncedValue(filters.text, 250);
  const { account, enabled } = filters;
  const query = { q, account, enabled, sort: 'priority', figures: 'today' };
  const list = usePagedList<Automation>(AUTOMATIONS, query, { refetchInterval: REFRESH_MS });
  const canWrite = useCanWrite();
  return (
    <>
      <PageHeader title="Automations">
        <TransferMenu account={account} />
        {canWrite && <NewButton account={account} />}
      </PageHeader>
      <FilterBar filters={filters} onChange={(change) => setFilters({ ...filters, ...change })} />
      <Items list={list} filtered={q !== '' || account !== '' || enabled !== ''} />
      <LoadMore list={list} />
    </>
  );
}

function NewButton({ account }: { account: string }) {
  return (
    <Button
      component={Link}
      href={`/automations/new${account && `?account=${account}`}`}
      leftSection={<IconPlus size={16} aria-hidden />}
    >
      New automation
    </Button>
  );
}

function FilterBar({ filters, onChange }: { filters: Filters; onChange(change: Partial<Filters>): void }) {
  const { data: accounts = [] } = useAccounts();
  return (
    <Group mb="md" gap="sm">
      <TextInput
        type="search"
        aria-label="Search by name or keyword"
        placeholder="Name or keyword"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={filters.text}
        onChange={(event) => onChange({ text: event.currentTarget.value })}
        flex={1}
        miw={180}
      />
      {accounts.length > 1 && (
        <NativeSelect
          aria-label="Account"
          data={[
            { value: '', label: 'All accounts' },
            ...accounts.map(({ instagramId, username }) => ({ value: instagramId, label: `@${username}` })),
          ]}
          value={filters.account}
          onChange={(event) => onChange({ account: event.currentTarget.value })}
        />
      )}
      <NativeSelect
        aria-label="On or off"
        data={[
          { value: '', label: 'On and off' },
          { value: 'true', label: 'Switched on' },
          { value: 'false', label: 'Switched off' },
        ]}
        value={filters.enabled}
        onChange={(event) => onChange({ enabled: event.currentTarget.value })}
      />
    </Group>
  );
}

function Items({ list, filtered }: { list: PagedList<Automation>; filtered: boolean }) {
  const { data: accounts = [] } = useAccounts();
  if (list.error) return <ErrorState error={list.error} onRetry={list.reload} />;
  if (list.isLoading) {
    return (
      <Center py="xl">
        <Loader aria-label="Loading" />
      </Center>
    );
  }
  if (list.items.length === 0) {
    return filtered ? (
      <EmptyState title="None fits" text="Try other words, or fewer filters." />
    ) : (
      <EmptyState
        title="No automations yet"
        text="An automation answers messages, comments and story replies by itself."
      >
        {accounts.length === 0 ? (
          <Button component={Link} href="/accounts">
            Connect an account first
          </Button>
        ) : (
          <NewButton account="" />
        )}
      </EmptyState>
    );
  }
  const usernames = new Map(accounts.map(({ instagramId, username }) => [instagramId, username]));
  return (
    <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none', opacity: list.isStale ? 0.6 : 1 }}>
      {list.items.map((automation) => (
        <AutomationRow
          key={automation.id}
          automation={automation}
          username={usernames.size > 1 ? usernames.get(automation.account) : undefined}
        />
      ))}
    </Stack>
  );
}
