import { describe, expect, it } from '@jest/globals';
import type { PersonalEvent } from '../answerable-event.js';
import type { ActionContext } from './action-context.js';
import { renderText } from './action-text.js';
import type { Action } from '../automation.types.js';
import { compileAction as compile, type CompiledTexts } from './compiled-action.js';
import { TrailingWork } from '../../queue/trailing-work.js';

const compileAction = (action: Action) => compile(action) as CompiledTexts;

const event: PersonalEvent = {
  kind: 'message',
  account: '178',
  person: '42',
  timestamp: 0,
  mid: 'm',
  attachments: [],
  text: 'é'.repeat(600),
};

function context(
  job = 'job-1',
  contact: ActionContext['contact'] = async () => ({ username: 'ann' }),
): ActionContext {
  return {
    job: {
      id: job,
      kind: 'message',
      payload: event,
      attempt: 1,
      isFirstRun: true,
      maxAttempts: 3,
      enqueuedAt: new Date(0),
      signal: new AbortController().signal,
      trailing: new TrailingWork(),
    },
    event,
    known: null,
    source: [],
    account: { instagramId: '178', username: 'shop', status: 'active', accessToken: 'token', tokenId: 't1' },
    automation: 'a1',
    position: 0,
    privatelyReplied: false,
    contact,
  };
}

const noContact = () => Promise.reject(new Error('not needed'));

describe('renderText', () => {
  it('fills in the account without looking the contact up', async () => {
    const action = compileAction({ type: 'send_message', text: ' {{account.username}} says hi ' });
    await expect(renderText(action, context('job-1', noContact))).resolves.toBe('shop says hi');
  });

  it('looks the contact up when a text needs it', async () => {
    const action = compileAction({ type: 'reply_to_comment', text: 'Hi {{contact.username}}' });
    await expect(renderText(action, context())).resolves.toBe('Hi ann');
  });

  it('cuts at 1000 bytes, and at 640 characters above buttons', async () => {
    const plain = await renderText(
      compileAction({ type: 'send_message', text: 'x{{event.text}}' }),
      context(),
    );
    expect(Buffer.byteLength(plain)).toBe(999);
    const buttons = [{ type: 'postback' as const, title: 'Ok', payload: 'OK' }];
    const text = '{{event.text}}{{event.text}}';
    const above = await renderText(compileAction({ type: 'send_message', text, buttons }), context());
    expect(above).toHaveLength(640);
  });

  it('picks the same of several texts each time that a job runs, and every one for some job', async () => {
    const action = compileAction({ type: 'send_message', texts: ['a', 'b', 'c'] });
    const jobs = Array.from({ length: 60 }, (_, index) => `job-${index}`);
    const first = await Promise.all(jobs.map((job) => renderText(action, context(job))));
    const second = await Promise.all(jobs.map((job) => renderText(action, context(job))));
    expect(second).toEqual(first);
    expect([...new Set(first)].toSorted()).toEqual(['a', 'b', 'c']);
  });
});
