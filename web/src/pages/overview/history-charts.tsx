import { BarChart, LineChart } from '@mantine/charts';
import { Group, SegmentedControl, SimpleGrid, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/api-client.js';
import type { QueueStep } from '../../api/queue-views.js';
import { ErrorState } from '../../components/error-state.js';
import { count, duration } from '../../words/numbers.js';
import { ChartFrame, timeLabel } from './chart-frame.js';

const HOUR_MS = 3_600_000;
/** So many points are drawn that each still can be told from the next. */
const ranges = [
  { value: '1', label: '1 hour', step: 1 },
  { value: '6', label: '6 hours', step: 5 },
  { value: '24', label: '24 hours', step: 15 },
  { value: '48', label: '48 hours', step: 30 },
];
const REFRESH_MS = 15_000;
const TABLE_ROWS = 10;

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

interface Point {
  at: number;
  in: number;
  completed: number;
  retried: number;
  dead: number;
  duplicates: number;
  deferred: number;
  wait: number | null;
  run: number | null;
}

const toPoint = ({ at, waitMs, runMs, ...counts }: QueueStep): Point => ({
  ...counts,
  at: Date.parse(at),
  wait: waitMs.p95,
  run: runMs.p95,
});

/** What was done, by minute or by more where the time is long. */
export function HistoryCharts() {
  const [hours, setHours] = useState('1');
  const { step } = ranges.find(({ value }) => value === hours)!;
  const history = useQuery({
    queryKey: ['queue-minutes', hours],
    queryFn: ({ signal }) => {
      const from = new Date(Date.now() - Number(hours) * HOUR_MS).toISOString();
      return api.get<{ items: QueueStep[] }>('/queue/minutes', { from, step }, signal);
    },
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  });
  const points = (history.data?.items ?? []).map(toPoint);
  return (
    <>
      <Group justify="space-between" mt="lg" mb="sm">
        <Title order={2} size="h4">
          {step === 1 ? 'By minute' : `By ${step} minutes`}
        </Title>
        <SegmentedControl
          size="xs"
          value={hours}
          onChange={setHours}
          data={ranges}
          aria-label="Time of the charts"
        />
      </Group>
      {history.error && <ErrorState error={history.error} onRetry={() => void history.refetch()} />}
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="sm">
        <Counts
          title="Events in and jobs completed"
          points={points}
          series={[
            { name: 'in', label: 'In', color: 'blue.6' },
            { name: 'completed', label: 'Completed', color: 'teal.6' },
          ]}
        />
        <Counts
          title="Failures"
          points={points}
          series={[
            { name: 'retried', label: 'Retried', color: 'orange.6' },
            { name: 'dead', label: 'Dead', color: 'red.7' },
          ]}
        />
        <Times points={points} />
        <Counts
          title="Duplicates and deferred"
          points={points}
          series={[
            { name: 'duplicates', label: 'Duplicates', color: 'gray.6' },
            { name: 'deferred', label: 'Deferred by a limit', color: 'violet.6' },
          ]}
        />
      </SimpleGrid>
    </>
  );
}

interface Series {
  name: 'in' | 'completed' | 'retried' | 'dead' | 'duplicates' | 'deferred';
  label: string;
  color: string;
}

const axis = {
  dataKey: 'at',
  h: 200,
  withLegend: true,
  xAxisProps: { tickFormatter: (at: number) => clock.format(at), minTickGap: 40 },
  tooltipProps: { labelFormatter: timeLabel(day) },
};

function Counts({ title, points, series }: { title: string; points: Point[]; series: Series[] }) {
  return (
    <ChartFrame
      title={title}
      rows={points.slice(-TABLE_ROWS)}
      columns={[
        { label: 'From', of: ({ at }) => day.format(at) },
        ...series.map(({ name, label }) => ({ label, of: (point: Point) => count(point[name]) })),
      ]}
    >
      <BarChart
        {...axis}
        data={points}
        series={series}
        valueFormatter={count}
        yAxisProps={{ width: 48, allowDecimals: false }}
        barProps={{ isAnimationActive: false }}
        barChartProps={{ accessibilityLayer: false }}
      />
    </ChartFrame>
  );
}

const durationOrNone = (ms: number | null) => (ms === null ? '–' : duration(ms));

function Times({ points }: { points: Point[] }) {
  return (
    <ChartFrame
      title="Wait and run time, 95th percentile"
      rows={points.slice(-TABLE_ROWS)}
      columns={[
        { label: 'From', of: ({ at }) => day.format(at) },
        { label: 'Wait', of: ({ wait }) => durationOrNone(wait) },
        { label: 'Run', of: ({ run }) => durationOrNone(run) },
      ]}
    >
      <LineChart
        {...axis}
        data={points}
        series={[
          { name: 'wait', label: 'Wait', color: 'grape.6' },
          { name: 'run', label: 'Run', color: 'cyan.7' },
        ]}
        curveType="linear"
        withDots
        dotProps={{ r: 2 }}
        connectNulls={false}
        valueFormatter={duration}
        yAxisProps={{ width: 60 }}
        lineProps={{ isAnimationActive: false }}
        lineChartProps={{ accessibilityLayer: false }}
      />
    </ChartFrame>
  );
}
