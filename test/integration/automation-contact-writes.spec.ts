import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ContactRepository } from '../../src/automation/contacts/contact.repository.js';
import { ContactWrites } from '../../src/automation/contacts/contact-writes.js';
import { BacklogError } from '../../src/database/batcher.js';
import { BulkItemError } from '../../src/database/write-errors.js';
import type { CommentEvent, MessageEvent } from '../../src/instagram/instagram-event.js';
import { SandboxServer } from '../../src/instagram/sandbox/sandbox-server.js';
import { AutomationApp } from '../support/automation-app.js';
import { testConfig } from '../support/test-config.js';

const sandbox = new SandboxServer();
let app: AutomationApp;
let account: string;
let accounts = 0;
const person = '2978000000000001';

beforeAll(async () => {
  app = await AutomationApp.start(testConfig(), (await sandbox.listen()).url);
});

afterAll(async () => {
  await app?.close();
  await sandbox.close();
});

beforeEach(async () => {
  sandbox.reset();
  accounts += 1;
  account = `1784190000000${String(accounts).padStart(4, '0')}`;
  await app.accounts.connect(account, 'shop', 'IGAAtoken');
  Object.assign(figures(), { repeated: 0, given_up: 0 });
});

const figures = () => app.get(ContactWrites).figures;
const contact = () => app.contacts.findOne({ _id: `${account}:${person}` });
const sent = () => sandbox.state.journal.stats().sends;
const event = () => ({ account, person, timestamp: Date.now() });
const message = (): MessageEvent => ({
  ...event(),
  kind: 'message',
  mid: `mid-${accounts}`,
  attachments: [],
  text: 'hi',
});
const comment = (): CommentEvent => ({
  ...event(),
  kind: 'comment',
  commentId: `18050000000000${accounts}`,
  username: 'ann',
  text: 'hi',
  own: false,
});

type Write = 'recordSighting' | 'addTag' | 'ask' | 'startCooldown' | 'beginWait';

/** The next so many writes of these kinds fail. */
function fail(writes: Write[], times: number, error: () => Error, meanwhile = () => {}): void {
  const repository = app.get(ContactRepository) as unknown as Record<Write, (...of: never[]) => unknown>;
  for (const name of writes) {
    const write = repository[name].bind(repository);
    let left = times;
    repository[name] = async (...of) => {
      if (left === 0) return write(...of);
      left -= 1;
      if (left === 0) repository[name] = write;
      meanwhile();
      throw error();
    };
  }
}

const away = () => new BacklogError('20000 items are waiting for the database');
const refused = () => new BulkItemError(28, undefined);
const say = { type: 'send_message', text: 'Hello' };
const onMessage = { trigger: { type: 'message' } };

describe('a write on a contact that fails once the message is sent', () => {
  it('is made again until the database takes it, and spends no attempt', async () => {
    const ask = { type: 'ask', text: 'Email?', attribute: 'email', validate: 'email', timeoutMs: 60_000 };
    const actions = [say, { type: 'add_tag', tag: 'vip' }, { ...ask, retryText: 'Again?' }];
    const automation = await app.automate({ account, ...onMessage, cooldownMs: 60_000, actions });
    fail(['recordSighting', 'addTag', 'ask', 'startCooldown'], 2, away);
    const outcome = { result: 'answered', automation };
    expect(await app.handle(message())).toEqual({ type: 'done', outcome });
    expect(sent()).toBe(2);
    expect(figures()).toEqual({ repeated: 8, given_up: 0 });
    expect(await contact()).toMatchObject({
      lastInboundAt: expect.any(Date),
      tags: ['vip'],
      ask: { attribute: 'email' },
      cooldowns: { [automation]: { until: expect.any(Date) } },
    });
  });

  it.each<[Write, object, CommentEvent | MessageEvent]>([
    ['recordSighting', { trigger: { type: 'comment' }, actions: [say] }, comment()],
    ['beginWait', { ...onMessage, actions: [say, { type: 'wait', ms: 60_000 }, say] }, message()],
  ])('%s: is given up when refused, where it is only shown', async (write, settings, before) => {
    const automation = await app.automate({ account, ...settings });
    const _id = `${account}:${person}`;
    await app.contacts.insertOne({ _id, account, person, firstJob: 'before', firstSeenAt: new Date() });
    fail([write], 1, refused);
    const result = await app.handle({ ...before, account });
    expect(result).toMatchObject({ type: 'done', outcome: { result: 'answered', automation } });
    expect(sent()).toBe(1);
    expect(figures()).toEqual({ repeated: 0, given_up: 1 });
  });

  it.each<Write>(['recordSighting', 'addTag', 'startCooldown'])(
    '%s: fails the run when refused, since decisions go by it, and nothing is sent twice',
    async (write) => {
      const actions = [say, { type: 'add_tag', tag: 'vip' }];
      const automation = await app.automate({ account, ...onMessage, cooldownMs: 60_000, actions });
      fail([write], 1, refused);
      const [hello, job] = [message(), app.newJobId()];
      await expect(app.handle(hello, job)).rejects.toBeInstanceOf(BulkItemError);
      expect(await app.handle(hello, job)).toMatchObject({ type: 'done', outcome: { result: 'answered' } });
      expect(sent()).toBe(1);
      expect(await contact()).toMatchObject({
        tags: ['vip'],
        lastInboundAt: new Date(hello.timestamp),
        cooldowns: { [automation]: { job } },
      });
      expect(figures()).toEqual({ repeated: 0, given_up: 0 });
    },
  );

  it('is left to another run when this one is aborted', async () => {
    await app.automate({ account, trigger: { type: 'comment' }, actions: [say] });
    const run = new AbortController();
    fail(['recordSighting'], 1, away, () => run.abort());
    await expect(app.handle(comment(), app.newJobId(), run.signal)).rejects.toBeInstanceOf(BacklogError);
    expect(figures().given_up).toBe(0);
  });
});
