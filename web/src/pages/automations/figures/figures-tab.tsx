import { BarChart } from '@mantine/charts';
import {
  Anchor,
  Code,
  Group,
  NativeSelect,
  Paper,
  SimpleGrid,
  Stack,
  Table,
  Text,
  Title,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../../api/api-client.js';
import { EmptyState } from '../../../components/empty-state.js';
import { ErrorState } from '../../../components/error-state.js';
import { everyDay, firstDay, type DayFigures, type Figures } from './figures.js';

const RANGES = ['7', '30', '90'];

/** What the automation did, by day. */
export default function FiguresTab({ id }: { id: string }) {
  const [days, setDays] = useState('30');
  const [today] = useState(() => new Date().toISOString().slice(0, 10));
  const from = firstDay(today, Number(days));
  const { data, error, refetch } = useQuery({
    queryKey: ['automation-figures', id, from, today],
    queryFn: ({ signal }) =>
      api.get<{ total: Figures; days: DayFigures[] }>(
        `/automations/${id}/figures`,
        { from, to: today },
        signal,
      ),
    refetchInterval: 10_000,
  });
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return null;
  return (
    <Stack>
      <Group justify="flex-end">
        <NativeSelect
          aria-label="Days shown"
          data={RANGES.map((value) => ({ value, label: `Last ${value} days` }))}
          value={days}
          onChange={(event) => setDays(event.currentTarget.value)}
        />
      </Group>
      <Totals total={data.total} />
      <DayChart days={everyDay(data.days, from, today)} />
      <Skipped skipped={data.total.skipped} />
      <Links id={id} />
    </Stack>
  );
}

function Totals({ total }: { total: Figures }) {
  const tiles = [
    ['Fired', total.fired],
    ['Sent', total.sent],
    ['Failed', total.failed],
    ['Clicks on links', total.clicks],
  ] as const;
  return (
    <SimpleGrid cols={{ base: 2, sm: 4 }}>
      {tiles.map(([label, value]) => (
        <Paper key={label} withBorder p="sm">
          <Text size="sm" c="dimmed">
            {label}
          </Text>
          <Text size="xl" fw={700}>
            {value.toLocaleString()}
          </Text>
        </Paper>
      ))}
    </SimpleGrid>
  );
}

function DayChart({ days }: { days: DayFigures[] }) {
  const label = `Fired and failed by day, from ${days[0]?.day} to ${days.at(-1)?.day}, in UTC`;
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5" mb="sm">
        By day (UTC)
      </Title>
      <figure aria-label={label} style={{ margin: 0 }}>
        <BarChart
          h={220}
          data={days}
          dataKey="day"
          type="stacked"
          series={[
            { name: 'fired', label: 'Fired', color: 'indigo.6' },
            { name: 'failed', label: 'Failed', color: 'red.6' },
          ]}
          xAxisProps={{ tickFormatter: (day: string) => day.slice(5), minTickGap: 24 }}
          yAxisProps={{ allowDecimals: false, width: 40 }}
        />
      </figure>
    </Paper>
  );
}

function Skipped({ skipped }: { skipped: Record<string, number> }) {
  const reasons = Object.entries(skipped).toSorted(([, a], [, b]) => b - a);
  if (reasons.length === 0) return null;
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5" mb="sm">
        Fitted, and yet stayed silent
      </Title>
      <Table>
        <Table.Tbody>
          {reasons.map(([reason, count]) => (
            <Table.Tr key={reason}>
              <Table.Td>{reason.replaceAll('_', ' ')}</Table.Td>
              <Table.Td ta="right">{count.toLocaleString()}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}

function Links({ id }: { id: string }) {
  const { data } = useQuery({
    queryKey: ['automation-links', id],
    queryFn: ({ signal }) =>
      api.get<{ items: { slug: string; url: string; clicks: number }[] }>(
        `/automations/${id}/links`,
        {},
        signal,
      ),
    refetchInterval: 10_000,
  });
  if (!data) return null;
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h5" mb="sm">
        Links in buttons
      </Title>
      {data.items.length === 0 ? (
        <EmptyState
          title="None"
          text="Links in the buttons of this automation, and how often they were tapped."
        />
      ) : (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Leads to</Table.Th>
              <Table.Th>Sent as</Table.Th>
              <Table.Th ta="right">Clicks</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.items.map(({ slug, url, clicks }) => (
              <Table.Tr key={slug}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  <Anchor href={url} target="_blank" rel="noreferrer">
                    {url}
                  </Anchor>
                </Table.Td>
                <Table.Td>
                  <Code>/r/{slug}</Code>
                </Table.Td>
                <Table.Td ta="right">{clicks.toLocaleString()}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Paper>
  );
}
