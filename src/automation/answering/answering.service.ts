import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import { done, type JobResult, type RunningJob } from '../../queue/job.types.js';
import { reasonToIgnore, type AnswerableEvent, type PersonalEvent } from '../answerable-event.js';
import { ContactsService } from '../contacts/contacts.service.js';
import type { FlowJob } from '../flows/flow-job.js';
import type { Run } from '../flows/run.js';
import { ConversationGate } from '../gates/conversation.gate.js';
import { AccountParking } from '../parking/account-parking.service.js';
import { AnswerPlanner, type Plan } from './answer.planner.js';
import { ended } from './event-outcome.js';
import { RuleRunner } from './rule.runner.js';

/** The way of every event that an automation may answer: account, person, rules, actions, outcome. */
@Injectable()
export class AnsweringService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly contacts: ContactsService,
    private readonly planner: AnswerPlanner,
    private readonly runner: RuleRunner,
    private readonly gate: ConversationGate,
    private readonly parking: AccountParking,
  ) {}

  async answer(job: RunningJob<AnswerableEvent>): Promise<JobResult> {
    const event = job.payload;
    const reason = reasonToIgnore(event);
    if (reason !== null || !isPersonal(event)) return ended('ignored', { reason: reason ?? 'no_person' });
    const account = await this.accounts.find(event.account);
    if (!account) return ended('unknown_account');
    const parked = await this.parking.check(account);
    if (parked) return parked;
    return this.respond({ job, event, account, known: await this.contacts.find(event) });
  }

  /** For what is left of a flow after a wait: unless the person, a pause or the owner says otherwise meanwhile. */
  async goOn(job: RunningJob<FlowJob>): Promise<JobResult> {
    const { event, flow } = job.payload;
    const account = await this.accounts.find(event.account);
    if (!account) return ended('unknown_account');
    const parked = await this.parking.check(account);
    if (parked) return parked;
    const known = await this.contacts.find(event);
    const closed = await this.planner.reasonToEnd(event, flow, known);
    const { automation } = flow;
    const result = closed
      ? done({ ...closed, automation })
      : await this.runner.resume(flow, { job, event, account, known });
    if (result.type === 'done') await this.contacts.endWait(event, job);
    return result;
  }

  private async respond(run: Run): Promise<JobResult> {
    const { event, job, known } = run;
    const plan = await this.planner.plan(run);
    const answering = plan.type !== 'end';
    const { answers, closed } = answering ? await this.gate.countAnswer(event, job.id, known) : {};
    // Side by side: the one waits for the disk, the other for Instagram. Both end before the job does.
    const [answer, recorded] = await Promise.allSettled([
      closed ? done(closed) : this.carryOut(plan, run),
      this.contacts.recordEvent(run, answers),
    ]);
    if (answer.status === 'rejected') throw answer.reason;
    if (recorded.status === 'rejected') throw recorded.reason;
    return answer.value;
  }

  private carryOut(plan: Plan, run: Run): JobResult | Promise<JobResult> {
    switch (plan.type) {
      case 'end':
        return done(plan.outcome);
      case 'rules':
        return this.runner.run(plan.rules, run, plan.note);
      case 'flow':
        return this.runner.resume(plan.flow, run);
      case 'ask_again':
        return this.runner.askAgain(plan.ask, run);
    }
  }
}

const isPersonal = (event: AnswerableEvent): event is PersonalEvent => event.person !== null;
