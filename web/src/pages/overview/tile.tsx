import { Paper, Text } from '@mantine/core';
import { useId, type ReactNode } from 'react';
import { Link } from 'wouter';
import classes from './overview.module.css';

interface TileProps {
  label: string;
  value: ReactNode;
  /** What it means, or what is behind it. */
  note?: ReactNode;
  tone?: 'bad' | 'warning' | undefined;
  href?: string;
}

/** One figure, large enough to read from across the room. */
export function Tile({ label, value, note, tone, href }: TileProps) {
  const id = useId();
  const body = (
    <>
      <Text size="sm" c="dimmed" id={id}>
        {label}
      </Text>
      <Text className={classes['value']} data-tone={tone} fw={700}>
        {value}
      </Text>
      {note !== undefined && (
        <Text size="xs" c="dimmed" className={classes['note']}>
          {note}
        </Text>
      )}
    </>
  );
  if (href === undefined) {
    return (
      <Paper withBorder p="sm" component="section" aria-labelledby={id}>
        {body}
      </Paper>
    );
  }
  return (
    <Paper withBorder p="sm" component={Link} href={href} className={classes['link'] ?? ''}>
      {body}
    </Paper>
  );
}
