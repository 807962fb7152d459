import { Button } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import { api } from '../../api/api-client.js';
import { confirm } from '../../components/confirm.js';
import { notifyDone, notifyFailed } from '../../components/notify.js';
import { useCanWrite } from '../../session/use-session.js';

/** Stops claiming in all processes, or lets it go on. */
export function ClaimingSwitch({ paused }: { paused: boolean }) {
  const canWrite = useCanWrite();
  const [isBusy, setBusy] = useState(false);
  if (!canWrite) return null;
  const change = async () => {
    if (!paused && !(await confirmPause())) return;
    setBusy(true);
    try {
      await api.post(`/queue/${paused ? 'resume' : 'pause'}`);
      notifyDone(paused ? 'Claiming goes on.' : 'Claiming is paused.');
    } catch (error) {
      notifyFailed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button
      variant={paused ? 'filled' : 'default'}
      loading={isBusy}
      leftSection={
        paused ? <IconPlayerPlay size={16} aria-hidden /> : <IconPlayerPause size={16} aria-hidden />
      }
      onClick={() => void change()}
    >
      {paused ? 'Resume claiming' : 'Pause claiming'}
    </Button>
  );
}

const confirmPause = () =>
  confirm({
    title: 'Pause claiming?',
    text: 'No process starts another job, so nobody is answered, until claiming is resumed. Webhooks are still taken and stored, and what runs now ends. It outlasts restarts.',
    confirmLabel: 'Pause claiming',
    danger: true,
  });
