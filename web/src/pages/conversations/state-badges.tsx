import { Group } from '@mantine/core';
import { StatusBadge, type Tone } from '../../components/status-badge.js';
import type { ConversationState } from './conversation-types.js';

const tones: Record<ConversationState, Tone> = {
  paused: 'warning',
  opted_out: 'bad',
  asking: 'info',
  waiting: 'info',
};

const labels: Record<ConversationState, string> = {
  paused: 'paused',
  opted_out: 'opted out',
  asking: 'question pending',
  waiting: 'flow waiting',
};

export const stateOptions = Object.entries(labels).map(([value, label]) => ({ value, label }));

export function StateBadges({ states }: { states: ConversationState[] }) {
  if (states.length === 0) return null;
  return (
    <Group gap={4}>
      {states.map((state) => (
        <StatusBadge key={state} status={state} tone={tones[state]} label={labels[state]} />
      ))}
    </Group>
  );
}
