import { Injectable } from '@nestjs/common';
import type { ContactDocument } from '../contacts/contact.schema.js';
import { ContactsService } from '../contacts/contacts.service.js';
import type { Run } from '../flows/run.js';
import type { Rule, RuleSet } from '../rules/rule-set.js';
import { judge, mayChange, type Facts } from './condition.js';

export interface Selection {
  rules: Rule[];
  /** An automation was chosen although Instagram did not say whether the person follows the account. */
  followUnknown: boolean;
  /** The next run of the same job might choose otherwise. */
  mayChange: boolean;
}

/** Chooses the rules that answer an event: trigger, schedule and conditions. */
@Injectable()
export class RuleSelector {
  constructor(private readonly contacts: ContactsService) {}

  async select(rules: RuleSet, run: Run, contact: ContactDocument | null): Promise<Selection> {
    const first = choose(rules, run, { job: run.job.id, contact });
    if (!first.dependsOnFollowing) return { ...first, followUnknown: false };
    // A second time, now that it is known: the answer costs a call, and is needed only where the choice depends on it.
    const follows = await this.contacts.follows(run.event, contact, run.account, run.job.signal);
    const second = choose(rules, run, { job: run.job.id, contact, follows });
    return { ...second, followUnknown: follows === null && second.rules.some(asksInstagram) };
  }
}

const asksInstagram = ({ conditions }: Rule): boolean =>
  conditions.some(({ type }) => type === 'follows_account');

function choose(rules: RuleSet, { event }: Run, facts: Facts) {
  let dependsOnFollowing = false;
  let changeable = false;
  const chosen = rules.match(event, ({ schedule, conditions }) => {
    if (schedule && !schedule(event.timestamp)) return false;
    if (conditions.some(mayChange)) changeable = true;
    const verdicts = new Set(conditions.map((condition) => judge(condition, facts)));
    if (verdicts.has(false)) return false;
    if (verdicts.has('unknown')) dependsOnFollowing = true;
    return true;
  });
  return { rules: chosen, dependsOnFollowing, mayChange: changeable };
}
