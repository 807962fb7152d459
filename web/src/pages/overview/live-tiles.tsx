import { SimpleGrid } from '@mantine/core';
import type { LiveFigures } from '../../api/queue-views.js';
import { count, duration, percent, perSecond } from '../../words/numbers.js';
import { Tile } from './tile.js';

/** From here on an error rate is worth a colour. */
const MANY_ERRORS = 0.05;
const NONE = '–';

export function LiveTiles({ figures }: { figures: LiveFigures | null }) {
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 4 }} spacing="sm" data-testid="live-tiles">
      <RateTiles figures={figures} />
      <BacklogTiles figures={figures} />
    </SimpleGrid>
  );
}

function RateTiles({ figures }: { figures: LiveFigures | null }) {
  const rates = figures?.perSecond;
  const errorRate = figures?.errorRate;
  return (
    <>
      <Tile
        label="In, a second"
        value={rates ? perSecond(rates.in) : NONE}
        note={rates && `${perSecond(rates.duplicates)} duplicates`}
      />
      <Tile
        label="Out, a second"
        value={rates ? perSecond(rates.out) : NONE}
        note={figures && `${count(figures.completedLastMinute)} in the last minute`}
      />
      <Tile
        label="Error rate"
        value={figures ? percent(errorRate ?? 0) : NONE}
        note={rates && `${perSecond(rates.retried)} retries, ${perSecond(rates.dead)} dead a second`}
        tone={errorRate != null && errorRate >= MANY_ERRORS ? 'bad' : undefined}
      />
      <Tile
        label="Workers busy"
        value={figures ? `${count(figures.workers.busy)} of ${count(figures.workers.total)}` : NONE}
        note={figures && `${count(figures.processing)} running in all processes`}
      />
    </>
  );
}

function BacklogTiles({ figures }: { figures: LiveFigures | null }) {
  const ageMs = figures?.oldestPendingAgeMs;
  return (
    <>
      <Tile
        label="Backlog"
        value={figures ? count(figures.pending + figures.retrying) : NONE}
        note={figures && `${count(figures.retrying)} between two tries`}
        href="/jobs?status=pending"
      />
      <Tile
        label="Oldest job due"
        value={ageMs == null ? NONE : duration(ageMs)}
        note={ageMs == null ? 'none is due' : 'has waited so long'}
        tone={figures?.status === 'degraded' ? 'warning' : undefined}
      />
      <Tile
        label="Wait before a run"
        value={figures?.waitMs.p95 == null ? NONE : duration(figures.waitMs.p95)}
        note="95 of 100 are below, last 5 minutes"
      />
      <Tile
        label="Dead letters"
        value={figures ? count(figures.dead) : NONE}
        note="wait for a decision"
        tone={figures && figures.dead > 0 ? 'bad' : undefined}
        href="/dead-letters"
      />
    </>
  );
}
