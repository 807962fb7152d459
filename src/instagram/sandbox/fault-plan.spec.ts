import { describe, expect, it } from '@jest/globals';
import { FaultPlan } from './fault-plan.js';

const drop = { type: 'drop_before' } as const;
const send = { call: 'send', account: '1', person: '2' } as const;

describe('FaultPlan', () => {
  it('strikes as often as told, then lets calls through', () => {
    const plan = new FaultPlan();
    plan.add({ match: {}, times: 2, effect: drop });
    expect([plan.strike(send), plan.strike(send), plan.strike(send)]).toEqual([drop, drop, undefined]);
    expect(plan.list()).toEqual([]);
  });

  it('strikes only calls that agree in every field named', () => {
    const plan = new FaultPlan();
    plan.add({ match: { account: '1', person: '3' }, times: null, effect: drop });
    expect(plan.strike(send)).toBeUndefined();
    expect(plan.strike({ ...send, person: '3' })).toEqual(drop);
    expect(plan.strike({ call: 'profile', person: '3' })).toBeUndefined();
  });

  it('goes on for ever without a number of times, until cleared', () => {
    const plan = new FaultPlan();
    plan.add({ match: { call: 'send' }, times: null, effect: drop });
    for (let call = 0; call < 10; call += 1) expect(plan.strike(send)).toEqual(drop);
    plan.clear();
    expect(plan.strike(send)).toBeUndefined();
  });

  it('lets the oldest of several strike first', () => {
    const plan = new FaultPlan();
    plan.add({ match: {}, times: 1, effect: drop });
    plan.add({ match: {}, times: null, effect: { type: 'delay', delayMs: 5 } });
    expect(plan.strike(send)).toEqual(drop);
    expect(plan.strike(send)).toEqual({ type: 'delay', delayMs: 5 });
  });
});
