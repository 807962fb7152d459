import { Box, Button, NativeSelect, Paper, Stack, TextInput, Title } from '@mantine/core';
import { IconRefresh, IconUserPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { ApiError } from '../../api/api-error.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { LoadingState } from '../../components/loading-state.js';
import { PageHeader } from '../../components/page-header.js';
import { useCanWrite } from '../../session/use-session.js';
import { useAccounts, type Account } from '../../api/use-accounts.js';
import { FailurePanel } from './failure-panel.js';
import { PhoneView } from './phone-view.js';
import type { Person } from './simulator-types.js';
import classes from './simulator.module.css';
import { TracePanel } from './trace-panel.js';
import { useForget, usePeople } from './use-simulator.js';

/** The account's own state changes by what Instagram answers. */
const STATUS_MS = 2000;

/** Acts as customers do, and shows the real server answer. */
export default function SimulatorPage() {
  const people = usePeople();
  const { data: accounts, error, refetch } = useAccounts(STATUS_MS);
  return (
    <>
      <PageHeader title="Simulator" />
      {people.error ? (
        <Unavailable error={people.error} onRetry={() => void people.refetch()} />
      ) : error && !accounts ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : people.isLoading || !accounts ? (
        <LoadingState />
      ) : accounts.length === 0 ? (
        <EmptyState title="No account is connected" text="The customer needs one to write to.">
          <Button component={Link} href="/accounts">
            Connect an account
          </Button>
        </EmptyState>
      ) : (
        <Simulator people={people.data?.items ?? []} accounts={accounts} />
      )}
    </>
  );
}

function Unavailable({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const isMissing = error instanceof ApiError && error.statusCode === 404;
  if (!isMissing) return <ErrorState error={error} onRetry={onRetry} />;
  return (
    <EmptyState
      title="No simulator here"
      text="It needs the sandbox's own stand-in for Instagram, and INSTAGRAM_GRAPH_URL names another place."
    />
  );
}

function Simulator({ people, accounts }: { people: Person[]; accounts: Account[] }) {
  const [account, setAccount] = useState(accounts[0]!.instagramId);
  const [added, setAdded] = useState<Person[]>([]);
  const all = [...people, ...added.filter((one) => !people.some(({ person }) => person === one.person))];
  const [chosen, setChosen] = useState(all[0]?.person ?? '');
  const who = all.find(({ person }) => person === chosen);
  const sides = { account, person: chosen };
  const to = accounts.find(({ instagramId }) => instagramId === account);
  const add = (person: Person) => {
    setAdded([...added, person]);
    setChosen(person.person);
  };
  return (
    <Box className={classes.layout}>
      <Stack className={classes.controls} gap="md">
        <Paper withBorder p="sm">
          <Stack gap="xs">
            <NativeSelect
              label="Customer"
              data={all.map(({ person, name, username }) => ({
                value: person,
                label: `${name} (@${username})`,
              }))}
              value={chosen}
              onChange={(event) => setChosen(event.currentTarget.value)}
            />
            <NewCustomer onAdd={add} />
            <NativeSelect
              label="Writes to"
              data={accounts.map(({ instagramId, username }) => ({
                value: instagramId,
                label: `@${username}`,
              }))}
              value={account}
              onChange={(event) => setAccount(event.currentTarget.value)}
            />
            <StartOver sides={sides} />
          </Stack>
        </Paper>
        <FailurePanel account={account} status={to?.status ?? 'active'} />
      </Stack>
      <PhoneView key={`${account}:${chosen}`} sides={sides} who={who} to={to?.username ?? account} />
      <Stack gap="xs" className={classes.trace} component="section" aria-label="Trace">
        <Title order={2} size="h4">
          What became of it
        </Title>
        <TracePanel sides={sides} />
      </Stack>
    </Box>
  );
}

function StartOver({ sides }: { sides: { account: string; person: string } }) {
  const forget = useForget(sides);
  const canWrite = useCanWrite();
  return (
    <Button
      variant="default"
      size="xs"
      disabled={!canWrite}
      loading={forget.isPending}
      leftSection={<IconRefresh size={14} aria-hidden />}
      onClick={() => forget.mutate()}
      title="As if this customer had never written: tags, attributes, pauses and cooldowns go"
    >
      Start over
    </Button>
  );
}

function NewCustomer({ onAdd }: { onAdd: (person: Person) => void }) {
  const [name, setName] = useState('');
  const add = (event: React.FormEvent) => {
    event.preventDefault();
    const trimmed = name.trim();
    if (trimmed === '') return;
    onAdd({ person: newPersonId(), name: trimmed, username: trimmed.toLowerCase().replaceAll(/\s+/g, '.') });
    setName('');
  };
  return (
    <form onSubmit={add}>
      <TextInput
        size="xs"
        aria-label="Name of a new customer"
        placeholder="New customer's name"
        value={name}
        maxLength={100}
        onChange={(event) => setName(event.currentTarget.value)}
        rightSectionWidth={64}
        rightSection={
          <Button
            type="submit"
            size="compact-xs"
            variant="default"
            leftSection={<IconUserPlus size={12} aria-hidden />}
          >
            Add
          </Button>
        }
      />
    </form>
  );
}

/** 16 digits, as Instagram's ids of people. */
const newPersonId = () => `2978${String(Math.floor(Math.random() * 1e12)).padStart(12, '0')}`;
