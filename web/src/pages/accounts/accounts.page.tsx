import { Button, NativeSelect, Stack } from '@mantine/core';
import { useDebouncedValue, useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useRoute } from 'wouter';
import { ACCOUNTS, type Account } from '../../api/use-accounts.js';
import { usePagedList } from '../../api/use-paged-list.js';
import { ListBody } from '../../components/list-body.js';
import { PageHeader } from '../../components/page-header.js';
import { SearchBar } from '../../filters/search-bar.js';
import { useCanWrite } from '../../session/use-session.js';
import { AccountCard } from './account-card.js';
import { ConnectDialog } from './connect-dialog.js';

const REFRESH_MS = 5000;

/** Connected accounts: how they are, what they have used, and what to do about it. At `/accounts/<id>` that one is found. */
export default function AccountsPage() {
  const [, params] = useRoute('/accounts/:id');
  return <Accounts key={params?.id} initialText={params?.id ?? ''} />;
}

function Accounts({ initialText }: { initialText: string }) {
  const [text, setText] = useState(initialText);
  const [status, setStatus] = useState('');
  const [q] = useDebouncedValue(text, 250);
  const list = usePagedList<Account>(ACCOUNTS, { q, status }, { refetchInterval: REFRESH_MS });
  const [connecting, { open, close }] = useDisclosure(false);
  const connect = useCanWrite() && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      Connect an account
    </Button>
  );
  const empty =
    q !== '' || status !== ''
      ? { title: 'None fits', text: 'Try another name, or any state.' }
      : {
          title: 'No account is connected',
          text: 'Connect a professional Instagram account (business or creator) to have it answer.',
        };
  return (
    <>
      <PageHeader title="Accounts">{connect}</PageHeader>
      <SearchBar placeholder="Username or id" value={text} onChange={setText}>
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
      </SearchBar>
      <ListBody list={list} filterKey={`${q} ${status}`} empty={empty}>
        <Stack component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
          {list.items.map((account) => (
            <AccountCard key={account.id} account={account} />
          ))}
        </Stack>
      </ListBody>
      {connecting && <ConnectDialog onClose={close} />}
    </>
  );
}
