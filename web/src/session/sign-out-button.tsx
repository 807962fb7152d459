import { ActionIcon } from '@mantine/core';
import { IconLogout } from '@tabler/icons-react';
import { notifyFailed } from '../components/notify.js';
import { useSignOut } from './use-session.js';

export function SignOutButton() {
  const signOut = useSignOut();
  return (
    <ActionIcon
      variant="default"
      size="lg"
      aria-label="Sign out"
      title="Sign out"
      onClick={() => void signOut().catch(notifyFailed)}
    >
      <IconLogout size={18} aria-hidden />
    </ActionIcon>
  );
}
