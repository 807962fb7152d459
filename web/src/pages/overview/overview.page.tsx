import { Alert, Badge, Group, Stack } from '@mantine/core';
import { PageHeader } from '../../components/page-header.js';
import type { LiveFigures } from '../../api/queue-views.js';
import { Attention } from './attention.js';
import { ClaimingSwitch } from './claiming-switch.js';
import { HistoryCharts } from './history-charts.js';
import { LiveChart } from './live-chart.js';
import { LiveTiles } from './live-tiles.js';
import { useLiveFigures, type Live } from './use-live-figures.js';

/** What the queue does now, and what to look at. */
export default function OverviewPage() {
  const live = useLiveFigures();
  const { figures, points } = live;
  return (
    <>
      <PageHeader title="Overview">
        <LiveBadge live={live} />
        {figures && <ClaimingSwitch paused={figures.paused} />}
      </PageHeader>
      <Stack gap="sm">
        <State figures={figures} isUnavailable={live.isUnavailable} />
        <LiveTiles figures={figures} />
        <LiveChart points={points} />
      </Stack>
      <Attention />
      <HistoryCharts />
    </>
  );
}

function LiveBadge({ live }: { live: Live }) {
  const isLive = live.state === 'open' && !live.isUnavailable;
  return (
    <Group component="output" aria-label="Connection">
      <Badge
        variant="dot"
        color={isLive ? 'teal' : 'orange'}
        tt="none"
        c="var(--mantine-color-text)"
        radius="sm"
      >
        {isLive ? 'Live' : 'Connecting …'}
      </Badge>
    </Group>
  );
}

function State({ figures, isUnavailable }: { figures: LiveFigures | null; isUnavailable: boolean }) {
  if (isUnavailable) {
    return (
      <Alert color="red" variant="outline" role="alert" title="The database does not answer">
        Webhooks are refused with 503 meanwhile; Instagram delivers them again. The figures are the last ones
        known.
      </Alert>
    );
  }
  if (figures?.paused) {
    return (
      <Alert color="yellow" variant="outline" role="alert" title="Claiming is paused">
        Webhooks are stored, but no job is started and nobody is answered until claiming is resumed.
      </Alert>
    );
  }
  if (figures?.status === 'degraded') {
    return (
      <Alert color="orange" variant="outline" role="alert" title="Jobs wait for longer than a minute">
        More comes in than is worked off. Look at the error rate, at the accounts below, and whether all
        workers are busy.
      </Alert>
    );
  }
  return null;
}
