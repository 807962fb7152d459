import { Alert, Anchor, Button, Group, Paper, SimpleGrid, Text, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { api } from '../../api/api-client.js';
import { confirm } from '../../components/confirm.js';
import { notifyDone, notifyFailed } from '../../components/notify.js';
import { StatusBadge } from '../../components/status-badge.js';
import { Time } from '../../components/time.js';
import { useCanWrite } from '../../session/use-session.js';
import { Fact } from './account-fact.js';
import { AccountUsage } from './account-usage.js';
import { adviceOn } from './account-words.js';
import { ReplaceTokenDialog } from './replace-token-dialog.js';
import { ACCOUNTS, useReloadAccounts, type Account } from '../../api/use-accounts.js';

/** One account. */
export function AccountCard({ account }: { account: Account }) {
  const { username, instagramId, status, tokenExpiresAt, createdAt } = account;
  const [nowMs] = useState(() => Date.now());
  const advice = adviceOn(account, nowMs);
  return (
    <Paper withBorder p="md" component="li">
      <Group justify="space-between" mb="xs">
        <Group gap="sm">
          <Title order={2} size="h4">
            @{username}
          </Title>
          <StatusBadge status={status} />
        </Group>
        <Controls account={account} />
      </Group>
      {advice && (
        <Alert
          mb="sm"
          variant="outline"
          color={status === 'reconnect' ? 'red' : 'yellow'}
          icon={<IconAlertTriangle aria-hidden />}
          p="xs"
        >
          {advice.text}
        </Alert>
      )}
      <SimpleGrid cols={{ base: 2, sm: 4 }} mb="md">
        <Fact label="Instagram id">
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {instagramId}
          </Text>
        </Fact>
        <Fact label="Connected">
          <Time at={createdAt} />
        </Fact>
        <Fact label="Token expires">
          {tokenExpiresAt === undefined ? 'not known yet' : <Time at={tokenExpiresAt} />}
        </Fact>
        <Fact label="Automations">
          <Anchor component={Link} href={`/automations?account=${instagramId}`} size="sm">
            Show them
          </Anchor>
        </Fact>
      </SimpleGrid>
      <AccountUsage instagramId={instagramId} />
    </Paper>
  );
}

function Controls({ account }: { account: Account }) {
  const { username, instagramId, status } = account;
  const canWrite = useCanWrite();
  const reload = useReloadAccounts();
  const [replacing, setReplacing] = useState(false);
  const path = `${ACCOUNTS}/${instagramId}`;

  async function set(next: 'active' | 'paused') {
    await api.patch(path, { status: next });
    reload();
    notifyDone(`@${username} ${next === 'active' ? 'goes on' : 'is paused: its events wait'}.`);
  }

  async function disconnect() {
    const sure = await confirm({
      title: `Disconnect @${username}?`,
      text: 'Its token is deleted, and its events are no longer answered. Automations and contacts stay, for when it is connected again.',
      confirmLabel: 'Disconnect it',
      danger: true,
    });
    if (!sure) return;
    await api.delete(path);
    reload();
    notifyDone(`@${username} is disconnected.`);
  }

  if (!canWrite) return null;
  return (
    <Group gap="xs">
      {status === 'paused' ? (
        <Button size="xs" onClick={() => void set('active').catch(notifyFailed)}>
          Go on
        </Button>
      ) : (
        <Button size="xs" variant="default" onClick={() => void set('paused').catch(notifyFailed)}>
          Pause
        </Button>
      )}
      <Button
        size="xs"
        variant={status === 'reconnect' ? 'filled' : 'default'}
        onClick={() => setReplacing(true)}
      >
        {status === 'reconnect' ? 'Reconnect' : 'Replace the token'}
      </Button>
      <Button size="xs" variant="default" onClick={() => void disconnect().catch(notifyFailed)}>
        Disconnect …
      </Button>
      {replacing && <ReplaceTokenDialog account={account} onClose={() => setReplacing(false)} />}
    </Group>
  );
}
