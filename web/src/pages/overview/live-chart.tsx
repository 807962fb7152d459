import { LineChart } from '@mantine/charts';
import { perSecond } from '../../words/numbers.js';
import { ChartFrame, timeLabel } from './chart-frame.js';
import type { LivePoint } from './live-window.js';

const seconds = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const TABLE_ROWS = 10;

/** The last two minutes, second by second. */
export function LiveChart({ points }: { points: LivePoint[] }) {
  return (
    <ChartFrame
      title="Events a second, the last two minutes"
      rows={points.slice(-TABLE_ROWS)}
      columns={[
        { label: 'Time', of: ({ at }) => seconds.format(at) },
        { label: 'In', of: (point) => perSecond(point.in) },
        { label: 'Out', of: (point) => perSecond(point.out) },
      ]}
    >
      <LineChart
        h={180}
        data={points}
        dataKey="at"
        series={[
          { name: 'in', label: 'In', color: 'blue.6' },
          { name: 'out', label: 'Out', color: 'teal.6' },
        ]}
        curveType="linear"
        withDots={false}
        withLegend
        strokeWidth={2}
        valueFormatter={perSecond}
        xAxisProps={{ tickFormatter: (at: number) => seconds.format(at), minTickGap: 60 }}
        yAxisProps={{ width: 44 }}
        tooltipProps={{ labelFormatter: timeLabel(seconds) }}
        lineProps={{ isAnimationActive: false }}
        lineChartProps={{ accessibilityLayer: false }}
      />
    </ChartFrame>
  );
}
