import { Button, NativeSelect, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { useAccounts } from '../../api/use-accounts.js';
import { usePagedList } from '../../api/use-paged-list.js';
import { ListBody } from '../../components/list-body.js';
import { PageHeader } from '../../components/page-header.js';
import { SearchBar } from '../../filters/search-bar.js';
import { useCanWrite } from '../../session/use-session.js';
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
  const change = (next: Partial<Filters>) => setFilters({ ...filters, ...next });
  const empty =
    q !== '' || account !== '' || enabled !== ''
      ? { title: 'None fits', text: 'Try other words, or fewer filters.' }
      : {
          title: 'No automations yet',
          text: 'An automation answers messages, comments and story replies by itself.',
          children: <FirstStep />,
        };
  return (
    <>
      <PageHeader title="Automations">
        <TransferMenu account={account} />
        {canWrite && <NewButton account={account} />}
      </PageHeader>
      <SearchBar placeholder="Name or keyword" value={filters.text} onChange={(text) => change({ text })}>
        <Choices filters={filters} onChange={change} />
      </SearchBar>
      <ListBody list={list} filterKey={JSON.stringify([q, account, enabled])} empty={empty}>
        <Items automations={list.items} />
      </ListBody>
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

function Choices({ filters, onChange }: { filters: Filters; onChange(change: Partial<Filters>): void }) {
  const { data: accounts = [] } = useAccounts();
  return (
    <>
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
    </>
  );
}

/** Where there is none yet: what comes first. */
function FirstStep() {
  const { data: accounts } = useAccounts();
  if (!useCanWrite() || accounts === undefined) return null;
  if (accounts.length > 0) return <NewButton account="" />;
  return (
    <Button component={Link} href="/accounts">
      Connect an account first
    </Button>
  );
}

function Items({ automations }: { automations: Automation[] }) {
  const { data: accounts = [] } = useAccounts();
  const usernames = new Map(accounts.map(({ instagramId, username }) => [instagramId, username]));
  return (
    <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
      {automations.map((automation) => (
        <AutomationRow
          key={automation.id}
          automation={automation}
          username={usernames.size > 1 ? usernames.get(automation.account) : undefined}
        />
      ))}
    </Stack>
  );
}
