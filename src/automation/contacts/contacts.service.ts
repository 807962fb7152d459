import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../database/clock.js';
import { GraphClient } from '../../instagram/graph/graph.client.js';
import { GraphError, type GraphErrorKind } from '../../instagram/graph/graph.errors.js';
import type { GraphAccount, Profile } from '../../instagram/graph/graph.types.js';
import { isComment, opensWindow, type PersonalEvent } from '../answerable-event.js';
import type { RunningJob } from '../../queue/job.types.js';
import type { Run } from '../flows/run.js';
import type { ContactNeed, TemplateValues } from '../templates/template.js';
import { ContactRepository } from './contact.repository.js';
import { ContactWrites } from './contact-writes.js';
import { wasHeard, type AnswerCount, type ContactDocument } from './contact.schema.js';

/** Names change seldom, and each question costs a call: an answer, or none, is good for a day. */
const PROFILE_CHECK_EVERY_MS = 86_400_000;

/** What says nothing about the person: the next event may ask again. */
const passing: ReadonlySet<GraphErrorKind> = new Set(['transient', 'throttled', 'token']);

@Injectable()
export class ContactsService {
  private readonly logger = new Logger('Automation');

  constructor(
    private readonly contacts: ContactRepository,
    private readonly writes: ContactWrites,
    private readonly graph: GraphClient,
    private readonly clock: Clock,
  ) {}

  /** Keeps that the person was seen, and the name that a comment carries. */
  async recordEvent({ event, job, known }: Run, answers?: AnswerCount): Promise<void> {
    const { account, person } = event;
    const at = new Date(event.timestamp);
    const username = isComment(event) ? event.username : undefined;
    const inbound = opensWindow(event);
    const first = !wasHeard(known);
    const seen = { account, person, at, job: job.id, first, inbound };
    const write = () =>
      this.contacts.recordSighting({ ...seen, ...(username && { username }), ...(answers && { answers }) });
    await (inbound || first || answers
      ? this.writes.untilWritten(job, write)
      : this.writes.unlessRefused(job, 'seen', write));
  }

  find(event: PersonalEvent): Promise<ContactDocument | null> {
    return this.contacts.find(event.account, event.person);
  }

  /** The flow that waited in this job goes on, or has ended. */
  async endWait(event: PersonalEvent, job: RunningJob<unknown>): Promise<void> {
    const at = this.clock.date();
    await this.writes.unlessRefused(job, 'wait_ended', () => this.contacts.endWait(event, job.id, at));
  }

  /**
   * What a template may say of the person. Instagram is asked only for a name that a text needs and that nobody knows
   * yet; when it does not answer, the template's fallback stands in.
   */
  async describe(
    event: PersonalEvent,
    account: GraphAccount,
    needs: ReadonlySet<ContactNeed>,
    job: RunningJob<unknown>,
  ): Promise<TemplateValues['contact']> {
    const fromEvent = isComment(event) && event.username ? { username: event.username } : {};
    if (needs.size === 0 || (needs.size === 1 && needs.has('username') && fromEvent.username))
      return fromEvent;
    const contact = await this.find(event);
    const known = { ...contact, ...fromEvent };
    const missing = (['username', 'name'] as const).some((need) => needs.has(need) && !known[need]);
    if (!missing || !this.mayAskInstagram(event, contact)) return known;
    const profile = await this.askInstagram(event, account, job);
    return { ...known, ...profile, ...fromEvent };
  }

  /** Whether the person follows the account now; null when Instagram does not say. Never kept: it changes with a tap. */
  async follows(
    event: PersonalEvent,
    contact: ContactDocument | null,
    account: GraphAccount,
    signal: AbortSignal,
  ): Promise<boolean | null> {
    if (!wrote(event, contact)) return null;
    try {
      const { followsAccount } = await this.graph.getProfile(account, event.person, signal);
      return followsAccount ?? null;
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      this.logger.warn({ msg: 'no answer on who follows', account: event.account, code: error.code });
      return null;
    }
  }

  /** It answers only for people who wrote or tapped, never after a comment alone. */
  private mayAskInstagram(event: PersonalEvent, contact: ContactDocument | null): boolean {
    const checkedAt = contact?.profileCheckedAt?.getTime() ?? 0;
    return wrote(event, contact) && this.clock.now() - checkedAt >= PROFILE_CHECK_EVERY_MS;
  }

  private async askInstagram(
    event: PersonalEvent,
    account: GraphAccount,
    job: RunningJob<unknown>,
  ): Promise<Profile> {
    const keep = (profile: Profile) =>
      this.writes.unlessRefused(job, 'profile', () =>
        this.contacts.recordProfile(event.account, event.person, profile, this.clock.date()),
      );
    try {
      const profile = await this.graph.getProfile(account, event.person, job.signal);
      await keep(profile);
      return profile;
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      this.logger.warn({ msg: 'no profile, using the fallback', account: event.account, code: error.code });
      if (!passing.has(error.kind)) await keep({});
      return {};
    }
  }
}

const wrote = (event: PersonalEvent, contact: ContactDocument | null): boolean =>
  !isComment(event) || contact?.lastInboundAt !== undefined;
