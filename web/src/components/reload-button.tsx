import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';

export const ReloadButton = ({ onClick }: { onClick: () => void }) => (
  <Button variant="default" leftSection={<IconRefresh size={16} aria-hidden />} onClick={onClick}>
    Reload
  </Button>
);
