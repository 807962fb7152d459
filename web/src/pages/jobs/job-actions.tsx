import { Button, Group } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/api-client.js';
import { confirm } from '../../components/confirm.js';
import { notifyDone, notifyFailed } from '../../components/notify.js';
import { useCanWrite } from '../../session/use-session.js';

/** The two ways out of being dead. */
export function JobActions({ id }: { id: string }) {
  const queries = useQueryClient();
  const canWrite = useCanWrite();
  const [isBusy, setBusy] = useState(false);
  if (!canWrite) return null;
  const run = async (action: 'retry' | 'discard', done: string) => {
    setBusy(true);
    try {
      await api.post(`/jobs/${id}/${action}`);
      notifyDone(done);
    } catch (error) {
      notifyFailed(error);
    }
    await queries.invalidateQueries();
    setBusy(false);
  };
  const discard = async () => {
    const isSure = await confirm({
      title: 'Discard this job?',
      text: 'It will not run again, and what is kept of its content is deleted. This can’t be undone.',
      confirmLabel: 'Discard',
      danger: true,
    });
    if (isSure) await run('discard', 'The job is discarded.');
  };
  return (
    <Group gap="xs">
      <Button loading={isBusy} onClick={() => void run('retry', 'The job is tried again.')}>
        Redrive
      </Button>
      <Button variant="default" disabled={isBusy} onClick={() => void discard()}>
        Discard
      </Button>
    </Group>
  );
}
