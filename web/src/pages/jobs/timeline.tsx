import { Text, Timeline } from '@mantine/core';
import {
  IconArrowBackUp,
  IconCheck,
  IconClock,
  IconInbox,
  IconPlayerPlay,
  IconSkull,
  IconTrash,
  IconX,
  type TablerIcon,
} from '@tabler/icons-react';
import type { TimelineEntry } from '../../api/job-views.js';
import { Time } from '../../components/time.js';
import { inWords } from '../../words/kinds.js';

interface Look {
  title: (entry: TimelineEntry) => string;
  icon: TablerIcon;
  color: string;
}

const looks: Record<string, Look> = {
  created: { title: () => 'Stored', icon: IconInbox, color: 'gray' },
  failed: { title: ({ attempt }) => `Try ${attempt} failed`, icon: IconX, color: 'orange' },
  redriven: { title: ({ by }) => `Brought back by ${by}`, icon: IconArrowBackUp, color: 'blue' },
  started: { title: ({ attempt }) => `Try ${attempt} runs now`, icon: IconPlayerPlay, color: 'blue' },
  due: { title: () => 'Due; waits for a free worker', icon: IconClock, color: 'blue' },
  scheduled: { title: () => 'To be tried', icon: IconClock, color: 'blue' },
  behind_another: {
    title: () => 'Waits for an earlier job of its conversation',
    icon: IconClock,
    color: 'blue',
  },
  parked: { title: () => 'Set aside: its account can not send now', icon: IconClock, color: 'orange' },
  completed: { title: () => 'Completed', icon: IconCheck, color: 'green' },
  discarded: {
    title: ({ by }) => `Discarded${by === undefined ? '' : ` by ${by}`}`,
    icon: IconTrash,
    color: 'gray',
  },
  dead: { title: () => 'Dead: no further try', icon: IconSkull, color: 'red' },
};

const plain = (state: string): Look => ({ title: () => inWords(state), icon: IconClock, color: 'gray' });

/** What happened to a job, from its arrival to its end. */
export function JobTimeline({ entries }: { entries: TimelineEntry[] }) {
  return (
    <Timeline bulletSize={26} lineWidth={2} active={entries.length - 1}>
      {entries.map((entry) => {
        const { title, icon: Icon, color } = looks[entry.state] ?? plain(entry.state);
        return (
          <Timeline.Item
            key={`${entry.state} ${entry.at} ${entry.attempt ?? ''}`}
            title={title(entry)}
            bullet={<Icon size={14} aria-hidden />}
            color={`${color}.8`}
          >
            {entry.code !== undefined && (
              <Text size="sm">
                <Text span ff="monospace" size="sm">
                  {entry.code}
                </Text>{' '}
                {entry.message}
              </Text>
            )}
            <Text size="xs" c="dimmed">
              <Time at={entry.at} />
              {entry.worker !== undefined && ` on ${entry.worker}`}
            </Text>
          </Timeline.Item>
        );
      })}
    </Timeline>
  );
}
