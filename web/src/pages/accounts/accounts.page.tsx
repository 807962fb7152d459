import { Button, Center, Group, Loader, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useDebouncedValue, useDisclosure } from '@mantine/hooks';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { usePagedList, type PagedList } from '../../api/use-paged-list.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { LoadMore } from '../../components/load-more.js';
import { PageHeader } from '../../components/page-header.js';
import { useCanWrite } from '../../session/use-session.js';
import { AccountCard } from './account-card.js';
import { ConnectDialog } from './connect-dialog.js';
import { ACCOUNTS, type Account } from './use-accounts.js';

const REFRESH_MS = 5000;

/** Connected accounts: how they are, what they have used, and what to do about it. */
export default function AccountsPage() {
  const [text, setText] = useState('');
  const [status, setStatus] = useState('');
  const [q] = useDebouncedValue(text, 250);
  const list = usePagedList<Account>(ACCOUNTS, { q, status }, { refetchInterval: REFRESH_MS });
  const [connecting, { open, close }] = useDisclosure(false);
  const canWrite = useCanWrite();
  const connect = canWrite && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      Connect an account
    </Button>
  );
  return (
    <>
      <PageHeader title="Accounts">{connect}</PageHeader>
      <Group mb="md" gap="sm">
        <TextInput
          type="search"
          aria-label="Search by username or id"
          placeholder="Username or id"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          flex={1}
          miw={180}
        />
        <NativeSelect
          aria-label="State"
          data={[
            { value: '', label: 'In any state' },
            { value: 'active', label: 'Active' },
            { value: 'reconnect', label: 'To be reconnected' },
            { value: 'paused', label: 'Paused' },
            { value: 'throttled', label: 'Throttled' },
          ]}
          value={status}
          onChange={(event) => setStatus(event.currentTarget.value)}
        />
      </Group>
      <Items list={list} filtered={q !== '' || status !== ''} />
      <LoadMore list={list} />
      {connecting && <ConnectDialog onClose={close} />}
    </>
  );
}

function Items({ list, filtered }: { list: PagedList<Account>; filtered: boolean }) {
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
      <EmptyState title="None fits" text="Try another name, or any state." />
    ) : (
      <EmptyState
        title="No account is connected"
        text="Connect a professional Instagram account (business or creator) to have it answer."
      />
    );
  }
  return (
    <Stack component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
      {list.items.map((account) => (
        <AccountCard key={account.id} account={account} />
      ))}
    </Stack>
  );
}
