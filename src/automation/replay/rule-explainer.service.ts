import { Injectable } from '@nestjs/common';
import { Clock } from '../../database/clock.js';
import type { InstagramEvent } from '../../instagram/instagram-event.js';
import { isAnswerable, textOf, type PersonalEvent } from '../answerable-event.js';
import { AutomationRepository } from '../automation.repository.js';
import type { Automation, Condition } from '../automation.types.js';
import { judge } from '../conditions/condition.js';
import { compileSchedule } from '../conditions/schedule.js';
import { ContactRepository } from '../contacts/contact.repository.js';
import type { ContactDocument } from '../contacts/contact.schema.js';
import { TextIndex } from '../matching/text-index.js';
import { triggerFilter } from '../rules/trigger-filter.js';

export type RuleVerdict =
  | 'chosen'
  | 'disabled'
  | 'other_event'
  | 'text_differs'
  | 'details_differ'
  | 'outside_schedule'
  | 'condition_fails'
  | 'earlier_one_answers'
  | 'only_if_nothing_else'
  | 'broken';

/** Whether an automation answers an event, and why not. */
export interface ExplainedRule {
  automation: string;
  name: string;
  verdict: RuleVerdict;
  /** In words, for people. */
  why: string;
}

/** More than these nobody reads. */
const MOST_EXPLAINED = 200;

/** Goes through an account's automations as the matching of an event does, and says of each why it answers or does not. */
@Injectable()
export class RuleExplainer {
  constructor(
    private readonly automations: AutomationRepository,
    private readonly contacts: ContactRepository,
    private readonly clock: Clock,
  ) {}

  /** In the order in which they are tried. Whether the person follows the account is not asked for: it is taken as yes. */
  async explain(event: InstagramEvent): Promise<ExplainedRule[]> {
    if (!isAnswerable(event) || event.person === null) return [];
    const personal = event as PersonalEvent;
    const contact = await this.contacts.find(event.account, personal.person);
    const all = await this.automations.listByPriority({ account: event.account }, MOST_EXPLAINED, undefined);
    return inTurn(
      all.map((automation) => ({ automation, judgement: this.judgeAlone(automation, personal, contact) })),
    );
  }

  private judgeAlone(
    automation: Automation,
    event: PersonalEvent,
    contact: ContactDocument | null,
  ): Judgement {
    try {
      return judgeAlone(automation, event, contact, this.clock.now());
    } catch {
      return { verdict: 'broken', why: 'It can not be run as it is stored.' };
    }
  }
}

interface Judgement {
  verdict: RuleVerdict;
  why: string;
}

const kindNames: Record<PersonalEvent['kind'], string> = {
  message: 'a message',
  story_reply: 'a reply to a story',
  story_mention: 'a mention in a story',
  quick_reply: 'a tapped quick reply',
  postback: 'a tapped button',
  comment: 'a comment',
  live_comment: 'a comment on a live video',
  referral: 'a followed link',
  reaction: 'a reaction',
};

/** As if it were the account's only automation. */
function judgeAlone(
  { enabled, trigger, schedule, conditions }: Automation,
  event: PersonalEvent,
  contact: ContactDocument | null,
  nowMs: number,
): Judgement {
  if (!enabled) return { verdict: 'disabled', why: 'It is switched off.' };
  const { kinds, match, admits } = triggerFilter(trigger);
  if (!kinds.includes(event.kind)) {
    return {
      verdict: 'other_event',
      why: `Its trigger is ${trigger.type.replaceAll('_', ' ')}, and this is ${kindNames[event.kind]}.`,
    };
  }
  if (match && !new TextIndex([match]).find(textOf(event))(0)) {
    return { verdict: 'text_differs', why: 'Its keywords do not fit the text.' };
  }
  if (!admits(event)) {
    return {
      verdict: 'details_differ',
      why: 'Its trigger asks for another payload, post, story, link or emoji.',
    };
  }
  if (schedule && !compileSchedule(schedule)(event.timestamp || nowMs)) {
    return { verdict: 'outside_schedule', why: 'It is off duty at this time.' };
  }
  const facts = { job: '', contact, follows: true };
  const failing = conditions.find((condition) => judge(condition, facts) === false);
  if (failing)
    return { verdict: 'condition_fails', why: `Its condition fails: ${conditionInWords(failing)}.` };
  return { verdict: 'chosen', why: 'Trigger, schedule and conditions fit.' };
}

/** Of those that fit, the first answers, and the next ones where those before say so. */
function inTurn(judged: { automation: Automation; judgement: Judgement }[]): ExplainedRule[] {
  const fits = judged.filter(({ judgement }) => judgement.verdict === 'chosen');
  const regular = fits.filter(({ automation }) => automation.trigger.type !== 'default');
  const inLine = regular.length > 0 ? regular : fits;
  const stop = inLine.findIndex(({ automation }) => !automation.continue);
  const chosen = new Set(stop === -1 ? inLine : inLine.slice(0, stop + 1));
  const answering = inLine[stop]?.automation.name;
  return judged.map((each) => {
    const { id: automation, name } = each.automation;
    const { verdict, why } = each.judgement;
    if (verdict !== 'chosen' || chosen.has(each)) return { automation, name, verdict, why };
    return inLine.includes(each)
      ? {
          automation,
          name,
          verdict: 'earlier_one_answers',
          why: `It would fit, but “${answering}” comes before it and does not continue.`,
        }
      : {
          automation,
          name,
          verdict: 'only_if_nothing_else',
          why: 'It answers only what no other one answers.',
        };
  });
}

function conditionInWords(condition: Condition): string {
  switch (condition.type) {
    case 'follows_account':
      return 'the person follows the account';
    case 'has_tag':
      return `the person has the tag “${condition.tag}”`;
    case 'lacks_tag':
      return `the person lacks the tag “${condition.tag}”`;
    case 'first_contact':
      return 'it is the first contact';
    case 'attribute':
      return condition.op === 'exists'
        ? `“${condition.name}” is known`
        : `“${condition.name}” is “${condition.value}”`;
  }
}
