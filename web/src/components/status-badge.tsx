import { Badge } from '@mantine/core';

export type Tone = 'neutral' | 'info' | 'good' | 'warning' | 'bad';

/** Of jobs, messages, accounts and outcomes. A status that is not here is neutral. */
const tones: Record<string, Tone> = {
  pending: 'neutral',
  processing: 'info',
  retrying: 'warning',
  completed: 'good',
  dead: 'bad',
  sending: 'info',
  sent: 'good',
  failed: 'bad',
  unknown: 'warning',
  active: 'good',
  paused: 'warning',
  throttled: 'warning',
  reconnect: 'bad',
  answered: 'good',
  outside_window: 'warning',
  unknown_account: 'warning',
};

const colors: Record<Tone, string> = {
  neutral: 'gray',
  info: 'blue',
  good: 'green',
  warning: 'yellow',
  bad: 'red',
};

interface StatusBadgeProps {
  status: string;
  /** For a status with a meaning of its own. */
  tone?: Tone;
  label?: string;
}

/** A state in words; the colour only repeats them. */
export function StatusBadge({ status, tone = tones[status] ?? 'neutral', label }: StatusBadgeProps) {
  const color = colors[tone];
  return (
    <Badge
      radius="sm"
      tt="none"
      miw="max-content"
      bg={`light-dark(var(--mantine-color-${color}-1), color-mix(in srgb, var(--mantine-color-${color}-9), black 35%))`}
      c="light-dark(var(--mantine-color-black), var(--mantine-color-white))"
    >
      {label ?? status.replaceAll('_', ' ')}
    </Badge>
  );
}
