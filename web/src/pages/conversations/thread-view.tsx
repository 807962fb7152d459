import { Button, Center, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { EmptyState } from '../../components/empty-state.js';
import type { ConversationPage } from './conversation-types.js';
import classes from './conversations.module.css';
import { ThreadItem } from './thread-item.js';
import type { LoadedThread } from './use-conversation.js';

const NEAR_END_PX = 240;

export function ThreadView({
  conversation,
  thread,
}: {
  conversation: ConversationPage;
  thread: LoadedThread;
}) {
  const scrolled = useFollowedEnd();
  const { inboundSince } = conversation.kept;
  const hasGone = !thread.hasEarlier && conversation.firstSeenAt < inboundSince;
  return (
    // Scrollable, so the keyboard must be able to reach it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className={classes.entries} ref={scrolled} tabIndex={0} aria-label="Messages">
      {thread.hasEarlier && (
        <Center pb="sm">
          <Button size="xs" variant="default" loading={thread.isLoadingEarlier} onClick={thread.loadEarlier}>
            Load earlier
          </Button>
        </Center>
      )}
      {hasGone && (
        <Text size="xs" c="dimmed" ta="center" pb="sm">
          What came in before {day(inboundSince)} is no longer kept.
        </Text>
      )}
      {thread.entries.length === 0 ? (
        <EmptyState title="Nothing is kept of this conversation" text="Its messages are past their time." />
      ) : (
        <ol>
          {thread.entries.map((entry, index) => (
            <ThreadItem
              key={entry.id}
              entry={entry}
              before={thread.entries[index - 1]}
              automations={thread.automations}
            />
          ))}
        </ol>
      )}
    </section>
  );
}

const days = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const day = (at: string) => days.format(new Date(at));

/** Stays at the newest entry, unless the viewer has scrolled away from it. */
function useFollowedEnd() {
  const region = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    const { current } = region;
    if (!current) return;
    const distance = current.scrollHeight - current.scrollTop - current.clientHeight;
    if (isFirst.current || distance < NEAR_END_PX) current.scrollTop = current.scrollHeight;
    isFirst.current = false;
  });
  return region;
}
