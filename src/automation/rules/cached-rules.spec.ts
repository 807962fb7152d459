import { describe, expect, it } from '@jest/globals';
import { Clock } from '../../database/clock.js';
import type { Automation } from '../automation.types.js';
import { CachedRules, CHECK_AFTER_MS, RELOAD_AFTER_MS } from './cached-rules.js';
import type { BrokenAutomation } from './rule-set.js';

class HandMovedClock extends Clock {
  ms = 1_000_000;

  now(): number {
    return this.ms;
  }
}

const automation = (text: string): Automation => ({
  id: '000000000000000000000001',
  account: '178',
  name: 'Test',
  enabled: true,
  priority: 0,
  continue: false,
  cooldownMs: 0,
  trigger: { type: 'message', match: { mode: 'any', keywords: [], exclude: [] } },
  conditions: [],
  actions: [{ type: 'send_message', text }],
  createdAt: new Date(0),
  updatedAt: new Date(0),
});

/** A store whose reads are counted and can be held up. */
class Source {
  revisionNumber = 1;
  text = 'Hi';
  reads: string[] = [];
  broken: BrokenAutomation[] = [];
  beforeEnabled: Promise<void> = Promise.resolve();
  failure: Error | undefined;

  async revision(): Promise<number> {
    this.reads.push('revision');
    if (this.failure) throw this.failure;
    return this.revisionNumber;
  }

  async enabled(): Promise<Automation[]> {
    this.reads.push('enabled');
    const automations = [automation(this.text)];
    await this.beforeEnabled;
    return automations;
  }

  report(broken: readonly BrokenAutomation[]): void {
    this.broken.push(...broken);
  }
}

function setUp() {
  const source = new Source();
  const clock = new HandMovedClock();
  return { source, clock, rules: new CachedRules(source, clock) };
}

describe('CachedRules', () => {
  it('reads the automations once for all events that ask at the same time', async () => {
    const { source, rules } = setUp();
    await Promise.all([rules.current(), rules.current(), rules.current()]);
    await rules.current();
    expect(source.reads).toEqual(['revision', 'enabled']);
  });

  it('looks at the revision again after a while, and reads nothing more while it is the same', async () => {
    const { source, clock, rules } = setUp();
    const first = await rules.current();
    clock.ms += CHECK_AFTER_MS;
    expect(await rules.current()).toBe(first);
    expect(source.reads).toEqual(['revision', 'enabled', 'revision']);
  });

  it('answers with the new rules within two seconds of another process having changed them', async () => {
    const { source, clock, rules } = setUp();
    const first = await rules.current();
    source.revisionNumber = 2;
    clock.ms += 2000;
    expect(await rules.current()).not.toBe(first);
  });

  it('finds a change that was made while it was reading', async () => {
    const { source, clock, rules } = setUp();
    let release = () => {};
    source.beforeEnabled = new Promise((resolve) => {
      release = resolve;
    });
    const reading = rules.current();
    await new Promise(setImmediate);
    source.revisionNumber = 2;
    release();
    const first = await reading;
    clock.ms += CHECK_AFTER_MS;
    expect(await rules.current()).not.toBe(first);
  });

  it('reads again after a minute even when nobody told of a change', async () => {
    const { clock, rules } = setUp();
    const first = await rules.current();
    clock.ms += RELOAD_AFTER_MS;
    expect(await rules.current()).not.toBe(first);
  });

  it('tells those who asked of a failed read, and tries again for the next', async () => {
    const { source, rules } = setUp();
    source.failure = new Error('the database is away');
    await expect(Promise.all([rules.current(), rules.current()])).rejects.toThrow('away');
    source.failure = undefined;
    expect((await rules.current()).listensTo('message')).toBe(true);
  });

  it('reports automations that can not be compiled', async () => {
    const { source, rules } = setUp();
    source.text = '{{gone}}';
    await rules.current();
    expect(source.broken).toHaveLength(1);
  });
});
