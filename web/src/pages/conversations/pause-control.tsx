import { Button, Menu, Stack, Text } from '@mantine/core';
import { IconChevronDown, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { Time } from '../../components/time.js';
import { useCanWrite } from '../../session/use-session.js';
import type { ConversationPage } from './conversation-types.js';
import type { ContactChange } from './use-contact-change.js';

const HOUR_MS = 3_600_000;

const durations = [
  { label: 'For an hour', ms: HOUR_MS },
  { label: 'For 12 hours', ms: 12 * HOUR_MS },
  { label: 'For a day', ms: 24 * HOUR_MS },
  { label: 'For a week', ms: 7 * 24 * HOUR_MS },
  { label: 'Until resumed', ms: 36_500 * 24 * HOUR_MS },
];

const reasons: Record<string, string> = {
  human: 'somebody of the account wrote',
  automation: 'an automation handed it over',
  loop: 'two programs answered each other',
  thread_taken: 'another app holds the conversation',
  by_owner: 'by hand',
};

interface PauseControlProps {
  conversation: ConversationPage;
  change: (change: ContactChange) => void;
  isChanging: boolean;
}

export function PauseControl({ conversation, change, isChanging }: PauseControlProps) {
  const canWrite = useCanWrite();
  const { states, pausedUntil, pauseReason = '' } = conversation;
  if (states.includes('paused')) {
    return (
      <Stack gap={6} align="flex-start">
        <Text size="sm">
          Paused ({reasons[pauseReason] ?? 'by hand'}); goes on <Time at={pausedUntil} />
        </Text>
        {canWrite && (
          <Button
            size="xs"
            leftSection={<IconPlayerPlay size={14} aria-hidden />}
            loading={isChanging}
            onClick={() => change({ pausedUntil: null })}
          >
            Resume
          </Button>
        )}
      </Stack>
    );
  }
  return (
    <Stack gap={6} align="flex-start">
      <Text size="sm">Automations answer here.</Text>
      {canWrite && (
        <Menu position="bottom-start" withinPortal>
          <Menu.Target>
            <Button
              size="xs"
              variant="default"
              loading={isChanging}
              leftSection={<IconPlayerPause size={14} aria-hidden />}
              rightSection={<IconChevronDown size={14} aria-hidden />}
            >
              Pause
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {durations.map(({ label, ms }) => (
              <Menu.Item key={label} onClick={() => change({ pausedUntil: untilIn(ms) })}>
                {label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </Stack>
  );
}

const untilIn = (ms: number): string => new Date(Date.now() + ms).toISOString();
