import { formatDuration, formatNumber, plural } from '../output.js';
import { readFigures } from '../queue-view.js';
import type { QueueServices } from '../services/queue.services.js';
import { fail, ok, warn, type Finding } from './finding.js';

const UNHEALTHY_AFTER_MS = 60_000;
const STUCK_AFTER_MS = 30 * 60_000;
const NAMED_ERRORS = 3;

export async function checkQueue(services: QueueServices): Promise<Finding[]> {
  const [figures, pause, stuck] = await Promise.all([
    readFigures(services),
    services.pauses.read(),
    services.stuckGroups.find({ before: services.clock.date(-STUCK_AFTER_MS), limit: 1 }),
  ]);
  const findings: Finding[] = [];
  if (pause?.paused) {
    const message = `claiming is paused since ${pause.at.toISOString()}, by ${pause.by}`;
    findings.push(warn('queue', message, 'POST /api/admin/queue/resume lets it go on'));
  }
  const ageMs = figures.oldestPendingAgeMs ?? 0;
  if (ageMs > UNHEALTHY_AFTER_MS) {
    const advice = 'is a server running, and is it ready? watch-queue shows whether it gets less';
    findings.push(fail('queue', `the oldest due job waits for ${formatDuration(ageMs)}`, advice));
  }
  if (stuck.total > 0) {
    const advice = 'check-queue-status lists them, with the error of the job that is first';
    findings.push(
      warn(
        'queue',
        `${plural(stuck.total, 'conversation')} stuck for over ${formatDuration(STUCK_AFTER_MS)}`,
        advice,
      ),
    );
  }
  if (findings.length === 0) {
    const { pending, retrying, processing } = figures;
    const counts = `${formatNumber(pending)} pending, ${formatNumber(retrying)} retrying, ${formatNumber(processing)} running`;
    findings.push(ok('queue', `nothing waits that could run (${counts})`));
  }
  return [...findings, await checkDead(services, figures.dead)];
}

async function checkDead({ recentErrors }: QueueServices, dead: number): Promise<Finding> {
  if (dead === 0) return ok('dead letters', 'none');
  const errors = (await recentErrors.top(Infinity)).filter((error) => error.dead > 0).slice(0, NAMED_ERRORS);
  const named = errors.map((error) => `${error.code} ${formatNumber(error.dead)}`).join(', ');
  return warn(
    'dead letters',
    `${plural(dead, 'job')}${named === '' ? '' : `, most lately: ${named}`}`,
    'mend the cause, then: redrive-dead-letters --error <code> --rate 5',
  );
}
