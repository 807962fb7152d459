import { Button, Group, Paper, Stack, Switch, Text, Title } from '@mantine/core';
import { StatusBadge } from '../../components/status-badge.js';
import { useCanWrite } from '../../session/use-session.js';
import { useFailures, useFailureSwitch } from './use-simulator.js';

const failures = [
  { kind: 'token_expired', label: 'Token expired' },
  { kind: 'throttled', label: 'Too many calls' },
  { kind: 'outside_window', label: 'Outside the window' },
  { kind: 'unreachable', label: 'Person unreachable' },
  { kind: 'server_error', label: 'Instagram fails (500)' },
  { kind: 'lost_answer', label: 'Answer lost, once', times: 1 },
  { kind: 'slow', label: 'Slow by 3 seconds' },
];

/** What Instagram is to refuse, lose or delay, for the account. */
export function FailurePanel({ account, status }: { account: string; status: string }) {
  const on = new Set((useFailures(account).data?.items ?? []).map(({ kind }) => kind));
  const { switchOn, reset } = useFailureSwitch(account);
  const canWrite = useCanWrite();
  return (
    <Paper withBorder p="sm" component="section" aria-label="Failures">
      <Stack gap="xs">
        <Group justify="space-between">
          <Title order={2} size="h5">
            Instagram fails
          </Title>
          <StatusBadge status={status} />
        </Group>
        {failures.map(({ kind, label, times = null }) => (
          <Switch
            key={kind}
            size="sm"
            label={label}
            checked={on.has(kind)}
            disabled={!canWrite || on.has(kind)}
            onChange={() => switchOn({ kind, times })}
          />
        ))}
        <Button size="xs" variant="default" disabled={!canWrite} onClick={reset}>
          Reset all
        </Button>
        <Text size="xs" c="dimmed">
          Reset also gives the account a new token, and ends its rest.
        </Text>
      </Stack>
    </Paper>
  );
}
