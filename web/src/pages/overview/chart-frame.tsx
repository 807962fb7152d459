import { Paper, Table, Text, Title, VisuallyHidden } from '@mantine/core';
import { useId, type ReactNode } from 'react';

interface ChartFrameProps<R> {
  title: string;
  /** The same for those who can't see the chart: a row each, a few at most. */
  rows: R[];
  columns: { label: string; of: (row: R) => string }[];
  children: ReactNode;
}

/** A chart with its title, and its figures as a table for screen readers. */
export function ChartFrame<R>({ title, rows, columns, children }: ChartFrameProps<R>) {
  const id = useId();
  return (
    <Paper withBorder p="sm" component="section" aria-labelledby={id}>
      <Title order={2} size="h5" id={id} mb="xs">
        {title}
      </Title>
      <div aria-hidden>{children}</div>
      <VisuallyHidden>
        {rows.length === 0 && <Text>No figures yet.</Text>}
        <Table>
          <thead>
            <tr>
              {columns.map(({ label }) => (
                <th key={label}>{label}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={columns[0]!.of(row)}>
                {columns.map(({ label, of }) => (
                  <td key={label}>{of(row)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </Table>
      </VisuallyHidden>
    </Paper>
  );
}

/** For a chart's tooltip, which asks for a label even while it points at nothing. */
export const timeLabel =
  (format: Intl.DateTimeFormat) =>
  (at: unknown): string =>
    typeof at === 'number' ? format.format(at) : '';
