import { Group, Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { isSandbox } from '../app/server-mode.js';

/** The page's heading, with what can be done on it at the right; the tab is named after it. */
export function PageHeader({ title, children }: { title: string; children?: ReactNode }) {
  usePageTitle(title);
  return (
    <Group justify="space-between" mb="md">
      <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
        {title}
      </Title>
      {children !== undefined && <Group gap="xs">{children}</Group>}
    </Group>
  );
}

export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · ChatAutoDM${isSandbox() ? ' (sandbox)' : ''}`;
  }, [title]);
}
