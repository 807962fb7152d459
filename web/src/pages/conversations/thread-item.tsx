import { Divider, Text } from '@mantine/core';
import type { ThreadEntry } from './conversation-types.js';
import classes from './conversations.module.css';
import { HumanMessage, InboundMessage, OutboundMessage } from './thread-messages.js';

interface ThreadItemProps {
  entry: ThreadEntry;
  before: ThreadEntry | undefined;
  automations: Record<string, string>;
}

/** One entry, below the day on which it begins. */
export function ThreadItem({ entry, before, automations }: ThreadItemProps) {
  const today = dayOf(entry.at);
  return (
    <>
      {(!before || dayOf(before.at) !== today) && (
        <li>
          <Divider
            label={
              <Text size="xs" c="dimmed">
                {today}
              </Text>
            }
            my={4}
          />
        </li>
      )}
      <li className={sideOf(entry)}>
        {entry.type === 'in' && <InboundMessage entry={entry} />}
        {entry.type === 'out' && <OutboundMessage entry={entry} automation={automations[entry.automation]} />}
        {entry.type === 'human' && <HumanMessage entry={entry} />}
      </li>
    </>
  );
}

const sideOf = ({ type }: ThreadEntry) => (type === 'in' ? classes.theirs : classes.mine);

const days = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const dayOf = (at: string) => days.format(new Date(at));
