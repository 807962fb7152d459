import { Button, Divider, Modal, Stack, Text } from '@mantine/core';
import { IconBrandInstagram } from '@tabler/icons-react';
import { useState } from 'react';
import { useReloadAccounts } from '../../api/use-accounts.js';
import { notifyDone } from '../../components/notify.js';
import { LoginButton } from './login-button.js';
import { TokenForm } from './token-form.js';

/** By login at Instagram, or by a token that the owner has made there. */
export function ConnectDialog({ onClose }: { onClose(): void }) {
  const [opened, setOpened] = useState(false);
  const reload = useReloadAccounts();
  const done = () => {
    reload();
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title="Connect an account" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack>
        <Text size="sm">
          Log in at Instagram and consent there. It must be a professional account: business or creator.
        </Text>
        <LoginButton icon={<IconBrandInstagram size={18} aria-hidden />} onOpened={() => setOpened(true)}>
          Log in with Instagram
        </LoginButton>
        <div aria-live="polite">
          {opened && (
            <Stack gap="xs">
              <Text size="sm">
                Instagram is open in another tab. The account shows up here once you have consented.
              </Text>
              <Button variant="default" onClick={done}>
                Done
              </Button>
            </Stack>
          )}
        </div>
        <Divider label="or" />
        <TokenForm
          submitLabel="Connect by the token"
          onConnected={(account) => {
            notifyDone(`@${account.username} is connected.`);
            onClose();
          }}
        />
      </Stack>
    </Modal>
  );
}
