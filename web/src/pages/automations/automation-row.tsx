import { ActionIcon, Anchor, Badge, Group, Menu, Paper, Stack, Switch, Text } from '@mantine/core';
import { IconChartBar, IconCopy, IconDots, IconPencil, IconTrash } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Link, useLocation } from 'wouter';
import { api } from '../../api/api-client.js';
import { confirm } from '../../components/confirm.js';
import { notifyDone, notifyFailed } from '../../components/notify.js';
import { useCanWrite } from '../../session/use-session.js';
import { describeActions, describeTrigger } from './automation-words.js';
import type { Automation } from './automation.types.js';
import { AUTOMATIONS, useReload } from './use-automations.js';

interface AutomationRowProps {
  automation: Automation;
  /** Where there is more than one account. */
  username: string | undefined;
}

/** One automation in the list: what it does, whether it is on, what it did today. */
export function AutomationRow({ automation, username }: AutomationRowProps) {
  const { id, name, today, priority } = automation;
  return (
    <Paper withBorder p="sm" component="li">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Stack gap={2} style={{ minWidth: 0 }} flex={1}>
          <Group gap="xs">
            <Anchor
              component={Link}
              href={`/automations/${id}`}
              fw={600}
              style={{ overflowWrap: 'anywhere' }}
            >
              {name}
            </Anchor>
            {username !== undefined && <Text size="sm">@{username}</Text>}
            {priority !== 0 && (
              <Badge variant="default" radius="sm" tt="none">
                priority {priority}
              </Badge>
            )}
            {automation.continue && (
              <Badge variant="default" radius="sm" tt="none">
                and the next one
              </Badge>
            )}
          </Group>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {describeTrigger(automation.trigger)}
            <Text span c="dimmed">
              {' '}
              → {describeActions(automation)}
            </Text>
          </Text>
          {today && <Today today={today} />}
        </Stack>
        <Controls automation={automation} />
      </Group>
    </Paper>
  );
}

function Today({ today }: { today: NonNullable<Automation['today']> }) {
  const { fired, sent, failed } = today;
  return (
    <Text size="xs" c="dimmed">
      Today: fired {fired.toLocaleString()}, sent {sent.toLocaleString()}
      {failed > 0 && (
        <>
          ,{' '}
          <Text span fw={600} c="var(--mantine-color-error)">
            failed {failed.toLocaleString()}
          </Text>
        </>
      )}
    </Text>
  );
}

function Controls({ automation }: { automation: Automation }) {
  const { id, name, enabled } = automation;
  const canWrite = useCanWrite();
  const reload = useReload();
  const toggle = useMutation({
    mutationFn: (on: boolean) => api.patch<Automation>(`${AUTOMATIONS}/${id}`, { enabled: on }),
    onSuccess: reload,
    onError: notifyFailed,
  });
  const shown = toggle.isPending ? toggle.variables : enabled;
  return (
    <Group gap="sm" wrap="nowrap">
      <Switch
        aria-label={`${name} is switched on`}
        checked={shown}
        disabled={!canWrite}
        onChange={(event) => toggle.mutate(event.currentTarget.checked)}
        withThumbIndicator={false}
      />
      <RowMenu automation={automation} canWrite={canWrite} />
    </Group>
  );
}

function RowMenu({ automation, canWrite }: { automation: Automation; canWrite: boolean }) {
  const { id, name } = automation;
  const reload = useReload();
  const [, navigate] = useLocation();

  async function duplicate() {
    const copy = await api.post<Automation>(`${AUTOMATIONS}/${id}/duplicate`);
    reload();
    navigate(`/automations/${copy.id}`);
    notifyDone(`“${copy.name}” is a copy, and switched off.`);
  }

  async function remove() {
    const sure = await confirm({
      title: `Delete “${name}”?`,
      text: 'It answers nothing more, and what waits to go on does not. Links that people have still work. This can’t be undone.',
      confirmLabel: 'Delete it',
      danger: true,
    });
    if (!sure) return;
    await api.delete(`${AUTOMATIONS}/${id}`);
    reload();
    notifyDone(`“${name}” is deleted.`);
  }

  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" aria-label={`More about ${name}`}>
          <IconDots size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          component={Link}
          href={`/automations/${id}`}
          leftSection={<IconPencil size={16} aria-hidden />}
        >
          Edit
        </Menu.Item>
        <Menu.Item
          component={Link}
          href={`/automations/${id}/figures`}
          leftSection={<IconChartBar size={16} aria-hidden />}
        >
          Figures
        </Menu.Item>
        {canWrite && (
          <>
            <Menu.Item
              leftSection={<IconCopy size={16} aria-hidden />}
              onClick={() => void duplicate().catch(notifyFailed)}
            >
              Duplicate
            </Menu.Item>
            <Menu.Item
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={() => void remove().catch(notifyFailed)}
            >
              Delete …
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
