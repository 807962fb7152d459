import { Box, Group, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { ErrorState } from '../../components/error-state.js';
import { Composer } from './composer.js';
import { PhoneItem } from './phone-item.js';
import type { Person } from './simulator-types.js';
import classes from './simulator.module.css';
import { useAct, usePhone, type Sides } from './use-simulator.js';

interface PhoneViewProps {
  sides: Sides;
  who: Person | undefined;
  /** Name of the account. */
  to: string;
}

/** The customer's phone: one's own messages at the right, those of the account at the left. */
export function PhoneView({ sides, who, to }: PhoneViewProps) {
  const { data, error } = usePhone(sides);
  const { act, isActing } = useAct(sides, who);
  const entries = data?.entries ?? [];
  const end = useFollowedEnd();
  const lastOfAccount = entries.findLast(({ from, kind }) => from === 'account' && kind !== 'human');
  return (
    <Box className={classes.phone} component="section" aria-label={`Phone of ${who?.name ?? 'the customer'}`}>
      <Group className={classes.bar} justify="space-between" wrap="nowrap">
        <Text fw={600} truncate>
          @{to}
        </Text>
        <Text size="xs" c="dimmed" truncate>
          as {who?.name}
        </Text>
      </Group>
      {error && <ErrorState error={error} />}
      {/* Scrollable, so the keyboard must be able to reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={classes.entries} ref={end} tabIndex={0} role="log" aria-label="Messages">
        {entries.length === 0 && (
          <Text size="sm" c="dimmed" ta="center" my="auto">
            Write something, or comment on a post, and the real server answers.
          </Text>
        )}
        {entries.map((entry) => (
          <PhoneItem key={entry.id} entry={entry} offersQuickReplies={entry === lastOfAccount} act={act} />
        ))}
        {data?.typing && (
          <Text size="sm" c="dimmed" className={classes.typing}>
            is typing …
          </Text>
        )}
      </div>
      <Composer act={act} isActing={isActing} />
    </Box>
  );
}

function useFollowedEnd() {
  const region = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (region.current) region.current.scrollTop = region.current.scrollHeight;
  });
  return region;
}
