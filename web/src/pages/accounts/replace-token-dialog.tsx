import { Divider, Modal, Stack, Text } from '@mantine/core';
import { IconBrandInstagram } from '@tabler/icons-react';
import { notifyDone } from '../../components/notify.js';
import { LoginButton } from './login-button.js';
import { TokenForm } from './token-form.js';
import type { Account } from '../../api/use-accounts.js';

/** A new token for an account that is here. */
export function ReplaceTokenDialog({ account, onClose }: { account: Account; onClose(): void }) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={`A new token for @${account.username}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack>
        <Text size="sm">Log in at Instagram with the same account, or enter a token of it.</Text>
        <LoginButton icon={<IconBrandInstagram size={18} aria-hidden />} onOpened={onClose}>
          Log in with Instagram
        </LoginButton>
        <Divider label="or" />
        <TokenForm
          submitLabel="Use this token"
          onConnected={(connected) => {
            const same = connected.instagramId === account.instagramId;
            notifyDone(
              same
                ? `@${connected.username} has its new token.`
                : `That token is @${connected.username}’s: that account is connected now, and @${account.username} is as it was.`,
            );
            onClose();
          }}
        />
      </Stack>
    </Modal>
  );
}
