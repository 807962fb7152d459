import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import { Test } from '@nestjs/testing';
import type { Connection } from 'mongoose';
import { AccountsService } from '../../src/accounts/accounts.service.js';
import { AppModule } from '../../src/app.module.js';
import { AccountActivityService } from '../../src/automation/admin/account-activity.service.js';
import { SendUsageService } from '../../src/automation/limits/send-usage.service.js';
import { automationSchema } from '../../src/automation/automation.validation.js';
import { AutomationFigures } from '../../src/automation/figures/automation.figures.js';
import { AutomationsService } from '../../src/automation/automations.service.js';
import { Clock } from '../../src/database/clock.js';
import { SandboxServer } from '../../src/instagram/sandbox/sandbox-server.js';
import { commentWebhook, mergeWebhooks } from '../../src/instagram/webhook-samples.js';
import { QueueStatsReader } from '../../src/monitoring/queue-stats.js';
import { QueueStatsService } from '../../src/queue/queue-stats.service.js';
import { IngestionService } from '../../src/webhooks/ingestion.service.js';
import { LapseClock } from '../support/lapse-clock.js';
import { testConfig } from '../support/test-config.js';

/** `npm run test:burst` has ten thousand. */
const COMMENTS = Number(process.env['BURST_COMMENTS'] ?? 1500);
const A_DELIVERY = 500;
const AN_HOUR = 750;
const FIRST = 18_050_000_000_000_000n;
const account = '17841900000000001';

/** A send that comes more than a minute after its turn gets in another's way: on a busy machine that must be a long one. */
const clock = new LapseClock(COMMENTS > 1500 ? 1 : 4);
const sandbox = new SandboxServer({ clock: () => clock.now(), rateLimits: ['private_reply'] });
let app: INestApplication;
let connection: Connection;

beforeAll(async () => {
  const { url } = await sandbox.listen();
  const config = testConfig({
    INSTAGRAM_GRAPH_URL: url,
    QUEUE_LEASE_MS: '3600000',
    // The stand-in's seconds are too short here for a limit by the second.
    INSTAGRAM_TEXTS_PER_SECOND: '100000',
    RATE_LIMIT_PER_MINUTE: '1000000',
  });
  const module = await Test.createTestingModule({ imports: [AppModule.forRoot(config)] })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  app = module.createNestApplication({ logger: false });
  await app.init();
  connection = app.get<Connection>(getConnectionToken());
  await app.get(AccountsService, { strict: false }).connect(account, 'shop', 'IGAAtoken');
  const settings = {
    account,
    name: 'Link',
    trigger: { type: 'comment' },
    actions: [{ type: 'send_message', text: 'Here it is' }],
  };
  await app.get(AutomationsService, { strict: false }).create(automationSchema.parse(settings));
});

afterAll(async () => {
  await app?.close();
  await sandbox.close();
});

const jobs = () => connection.collection('jobs');
const replies = () => sandbox.state.journal.stats().privateReplies;

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** Nothing runs, and nothing is due. */
async function quiet(): Promise<void> {
  await until(async () => {
    const soon = new Date(clock.now() + 10_000);
    const busy = { $or: [{ status: 'processing' }, { status: 'pending', runAt: { $lte: soon } }] };
    return (await jobs().countDocuments(busy)) === 0;
  });
}

/** Resolves once queue, account and automation say that so many were answered: they are written once a second. */
async function figuresSay(answered: number): Promise<void> {
  const stats = app.get(QueueStatsReader, { strict: false });
  await until(async () => {
    await app.get(AutomationFigures, { strict: false }).flush();
    const days = await connection.collection('automation_days').find().toArray();
    const total = (field: string) => days.reduce((sum, day) => sum + Number(day[field] ?? 0), 0);
    const { completed, pending, processing, dead } = await stats.read();
    const said = [completed, total('fired'), total('sent'), pending, processing, dead, total('failed')];
    return said.join() === [answered, answered, answered, COMMENTS - answered, 0, 0, 0].join();
  });
}

/** Resolves once so many are told for the kind and the account: each process writes them down once a second. */
async function breakdownSays(answered: number): Promise<void> {
  const stats = app.get(QueueStatsService, { strict: false });
  const wanted = [{ comment: { completed: answered, dead: 0 } }, [{ key: account, count: answered }]];
  await until(async () => {
    const { kinds, topLimitKeys } = await stats.breakdown();
    return isDeepStrictEqual([kinds, topLimitKeys], wanted);
  });
}

describe('thousands of comments on one reel', () => {
  it(
    'get 750 private replies an hour, in order, and all of them one',
    async () => {
      const ingestion = app.get(IngestionService, { strict: false });
      for (let first = 0; first < COMMENTS; first += A_DELIVERY) {
        const comments = Array.from({ length: A_DELIVERY }, (_, index) =>
          commentWebhook({
            account,
            person: String(2_978_000_000_000_000 + first + index),
            commentId: String(FIRST + BigInt(first + index)),
            mediaId: '17890000000000001',
            text: 'link',
            timestamp: clock.now(),
          }),
        );
        await ingestion.receive(Buffer.from(JSON.stringify(mergeWebhooks(comments))), 0);
      }
      await quiet();
      expect(replies()).toBe(AN_HOUR);
      expect(await jobs().countDocuments({ status: 'pending' })).toBe(COMMENTS - AN_HOUR);
      await figuresSay(AN_HOUR);
      await breakdownSays(AN_HOUR);
      const usage = await app.get(SendUsageService, { strict: false }).of(account);
      expect(usage.privateReply).toMatchObject({
        limit: AN_HOUR,
        used: AN_HOUR,
        fullUntil: expect.any(Date),
      });
      const activity = await app.get(AccountActivityService, { strict: false }).of(account);
      expect(activity.today).toEqual({ fired: AN_HOUR, sent: AN_HOUR, failed: 0 });

      for (;;) {
        const next = await jobs().findOne({ status: 'pending' }, { sort: { runAt: 1 } });
        if (!next) break;
        clock.jump((next['runAt'] as Date).getTime() - clock.now());
        await quiet();
      }
      expect(replies()).toBe(COMMENTS);
      expect(await jobs().countDocuments({ status: 'completed', 'outcome.result': 'answered' })).toBe(
        COMMENTS,
      );
      expect(await connection.collection('messages').countDocuments({ status: 'sent' })).toBe(COMMENTS);
      // Not one call too many in any hour: the stand-in counts as Instagram does.
      expect(sandbox.callCounts().errors).toBe(0);

      await figuresSay(COMMENTS);

      const hours = (clock.now() - sandbox.state.journal.page(0, 1)[0]!.at) / 3_600_000;
      expect(hours).toBeLessThan(COMMENTS / AN_HOUR + 2);

      const order = sandbox.state.journal
        .page(0, COMMENTS)
        .map(({ comment }) => Number(BigInt(comment!) - FIRST));
      const furthest = Math.max(...order.map((comment, place) => Math.abs(comment - place)));
      // As many as are worked on at a time, and those that waited for the same hour.
      expect(furthest).toBeLessThan(2 * AN_HOUR);
    },
    Math.max(180_000, COMMENTS * 90),
  );
});
