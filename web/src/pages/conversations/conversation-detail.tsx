import { ActionIcon, Box, Button, Center, Group, Loader, Paper, Text, Title } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconArrowLeft } from '@tabler/icons-react';
import { Link } from 'wouter';
import { ErrorState } from '../../components/error-state.js';
import { usePageTitle } from '../../components/page-header.js';
import { ContactPanel } from './contact-panel.js';
import { nameOf } from './conversation-types.js';
import classes from './conversations.module.css';
import { StateBadges } from './state-badges.js';
import { ThreadView } from './thread-view.js';
import { useConversation } from './use-conversation.js';

export function ConversationDetail({ id, hasBackLink }: { id: string; hasBackLink: boolean }) {
  const { conversation, thread, error, reload, readAtMs } = useConversation(id);
  const hasRoom = useMediaQuery('(min-width: 74em)', true, { getInitialValueInEffect: false });
  const [isOpen, { toggle }] = useDisclosure(false);
  usePageTitle(conversation ? `${nameOf(conversation)} · Conversations` : 'Conversations');
  const isShown = hasRoom || isOpen;
  if (error) return <ErrorState error={error} onRetry={reload} />;
  if (!conversation) {
    return (
      <Center>
        <Loader aria-label="Loading" />
      </Center>
    );
  }
  return (
    <Box className={classes.detail}>
      <Paper withBorder className={classes.thread} component="section" aria-label="Thread">
        <Group justify="space-between" p="xs" wrap="nowrap">
          <Group gap="xs" wrap="nowrap" miw={0}>
            {hasBackLink && (
              <ActionIcon
                component={Link}
                href="/conversations"
                variant="subtle"
                aria-label="Back to the conversations"
              >
                <IconArrowLeft aria-hidden />
              </ActionIcon>
            )}
            <Box miw={0}>
              <Title order={hasBackLink ? 1 : 2} size="h4" lineClamp={1}>
                {nameOf(conversation)}
              </Title>
              {conversation.name !== undefined && conversation.username !== undefined && (
                <Text size="xs" c="dimmed" truncate>
                  @{conversation.username}
                </Text>
              )}
              <StateBadges states={conversation.states} />
            </Box>
          </Group>
          <Group gap="xs" wrap="nowrap">
            {!hasRoom && (
              <Button size="compact-sm" variant="default" onClick={toggle} aria-expanded={isOpen} miw={70}>
                Details
              </Button>
            )}
          </Group>
        </Group>
        <ThreadView conversation={conversation} thread={thread} />
      </Paper>
      {isShown && (
        <ContactPanel conversation={conversation} automations={thread.automations} nowMs={readAtMs} />
      )}
    </Box>
  );
}
