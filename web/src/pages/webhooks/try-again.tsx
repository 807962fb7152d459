import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { api } from '../../api/api-client.js';
import type { DryRun } from '../../api/delivery-views.js';
import { confirm } from '../../components/confirm.js';
import { notifyFailed } from '../../components/notify.js';
import { Section } from '../../components/section.js';
import { useCanWrite } from '../../session/use-session.js';
import { DryRunView } from './dry-run-view.js';
import { ReplayedJobs } from './replayed-jobs.js';

type Result = { type: 'dry-run'; runs: DryRun[] } | { type: 'replay'; jobs: string[] };

interface TryAgainProps {
  id: string;
  names: ReadonlyMap<string, string>;
}

/** What today's automations would do about a delivery, and having them do it. */
export function TryAgain({ id, names }: TryAgainProps) {
  const canWrite = useCanWrite();
  const [busy, setBusy] = useState<Result['type'] | null>(null);
  const [result, setResult] = useState<Result | null>(null);
  const run = async (type: Result['type']) => {
    setBusy(type);
    try {
      setResult(await call(type, id));
    } catch (error) {
      notifyFailed(error);
    }
    setBusy(null);
  };
  const replay = async () => {
    if (await confirmReplay()) await run('replay');
  };
  return (
    <Section title="Try it again">
      <Stack gap="md">
        <Group gap="xs">
          <Button variant="default" loading={busy === 'dry-run'} onClick={() => void run('dry-run')}>
            Dry run
          </Button>
          {canWrite && (
            <Button variant="default" loading={busy === 'replay'} onClick={() => void replay()}>
              Replay …
            </Button>
          )}
          <Text size="sm" c="dimmed">
            A dry run explains what would happen, and sends nothing.
          </Text>
        </Group>
        {result?.type === 'dry-run' && <DryRunView runs={result.runs} names={names} />}
        {result?.type === 'replay' && <ReplayedJobs ids={result.jobs} names={names} />}
      </Stack>
    </Section>
  );
}

async function call(type: Result['type'], id: string): Promise<Result> {
  if (type === 'dry-run') {
    const { events } = await api.post<{ events: DryRun[] }>(`/webhook-logs/${id}/dry-run`);
    return { type, runs: events };
  }
  return { type, ...(await api.post<{ jobs: string[] }>(`/webhook-logs/${id}/replay`)) };
}

const confirmReplay = () =>
  confirm({
    title: 'Replay this delivery?',
    text: 'Its events run again, by today’s automations, and people may get messages. What was sent for them before is not sent again.',
    confirmLabel: 'Replay',
  });
