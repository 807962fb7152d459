import { Alert, Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/api-client.js';

interface LoginButtonProps {
  icon: ReactNode;
  children: ReactNode;
  onOpened(): void;
}

/** Opens Instagram's page of consent in a tab of its own. */
export function LoginButton({ icon, children, onOpened }: LoginButtonProps) {
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);

  async function open() {
    setBusy(true);
    setProblem(undefined);
    // Opened within the click, since browsers block what opens later.
    const tab = window.open('about:blank', '_blank');
    try {
      const { url } = await api.post<{ url: string }>('/oauth');
      if (tab) tab.location.href = url;
      else window.location.assign(url);
      onOpened();
    } catch (error) {
      tab?.close();
      setProblem(error instanceof Error ? error.message : 'Something went wrong.');
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <Button leftSection={icon} loading={busy} onClick={() => void open()}>
        {children}
      </Button>
      {problem !== undefined && (
        <Alert color="yellow" variant="outline" p="xs" role="alert">
          {problem}
        </Alert>
      )}
    </>
  );
}
