import { Injectable, Logger } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import { NotFoundError, ValidationError, type ErrorDetail } from '../http/http.errors.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { AutomationRepository } from './automation.repository.js';
import type { Action, Automation, AutomationChange, AutomationSettings } from './automation.types.js';
import { withStoredSecrets } from './actions/webhook-secrets.js';
import { automationSchema, MAX_NAME_LENGTH } from './automation.validation.js';
import { LinkRepository } from './links/link.repository.js';
import { linksIn } from './links/tracked-link.js';
import { OutboundClient } from './outbound/outbound.client.js';
import { RulesService } from './rules/rules.service.js';
import { cutToLimit } from './templates/text-limit.js';

const OBJECT_ID = /^[0-9a-f]{24}$/i;

/** What an owner does with automations. Each change counts here at once, and in other processes within two seconds. */
@Injectable()
export class AutomationsService {
  private readonly logger = new Logger('Automation');
  private readonly whole = new ZodPipe(automationSchema);

  constructor(
    private readonly automations: AutomationRepository,
    private readonly accounts: AccountsService,
    private readonly rules: RulesService,
    private readonly outbound: OutboundClient,
    private readonly links: LinkRepository,
  ) {}

  /**
   * @param id that it had before, as in an import; must be free
   * @throws {ValidationError} when the account is not connected
   */
  async create(settings: AutomationSettings, id?: string): Promise<Automation> {
    const problems = await this.problemsOf(settings);
    if (problems.length > 0) throw new ValidationError(problems);
    const actions = withStoredSecrets(settings.actions);
    const created = await this.automations.create({ ...settings, actions }, id);
    return this.changed(created, 'automation created');
  }

  /** What a schema can't tell of settings: addresses within private networks, an account that is not connected. */
  async problemsOf(settings: AutomationSettings): Promise<ErrorDetail[]> {
    const problems = this.urlProblems(settings);
    if (!(await this.accounts.find(settings.account))) {
      problems.unshift({ path: 'account', message: 'is not a connected account' });
    }
    return problems;
  }

  /**
   * A copy that is switched off, so that the two do not answer side by side before one of them is changed.
   *
   * @throws {NotFoundError}
   */
  async duplicate(id: string): Promise<Automation> {
    const { id: _id, createdAt: _createdAt, updatedAt: _updatedAt, ...settings } = await this.get(id);
    return this.create({ ...settings, name: copyOf(settings.name), enabled: false });
  }

  /** @throws {NotFoundError} */
  async get(id: string): Promise<Automation> {
    return (OBJECT_ID.test(id) && (await this.automations.find(id))) || notFound(id);
  }

  /** Their names by their ids; those that are gone are left out. */
  namesOf(ids: readonly string[]): Promise<Map<string, string>> {
    return this.automations.namesOf(ids.filter((id) => OBJECT_ID.test(id)));
  }

  /**
   * Secrets of webhooks that are not given stay.
   *
   * @throws {NotFoundError}
   * @throws {ValidationError} when it would move to another account
   */
  async replace(id: string, settings: AutomationSettings): Promise<Automation> {
    const { account, actions: before } = await this.get(id);
    const problems = this.urlProblems(settings);
    if (problems.length > 0) throw new ValidationError(problems);
    if (settings.account !== account) {
      throw new ValidationError([{ path: 'account', message: 'can not be changed' }]);
    }
    const actions = withStoredSecrets(settings.actions, before);
    const replaced = (await this.automations.replace(id, { ...settings, actions })) ?? notFound(id);
    return this.changed(replaced, 'automation changed');
  }

  /**
   * Changes the fields that are named; objects and lists are replaced as a whole, and null removes a field.
   *
   * @throws {NotFoundError}
   * @throws {ValidationError} when the automation that comes of it is not valid
   */
  async change(id: string, change: AutomationChange): Promise<Automation> {
    const { id: _id, createdAt: _createdAt, updatedAt: _updatedAt, ...settings } = await this.get(id);
    const whole = Object.entries({ ...settings, ...change }).filter(([, value]) => value !== null);
    return this.replace(id, this.whole.transform(Object.fromEntries(whole)));
  }

  /** @throws {NotFoundError} */
  async delete(id: string): Promise<void> {
    const automation = await this.get(id);
    if (!(await this.automations.delete(id))) notFound(id);
    await this.changed(automation, 'automation deleted');
  }

  private urlProblems({ actions }: AutomationSettings): ErrorDetail[] {
    return actions.flatMap((action, index) =>
      urlsOf(action).flatMap(({ path, url }) => {
        const message = this.outbound.problemOf(url);
        return message === null ? [] : [{ path: `actions.${index}.${path}`, message }];
      }),
    );
  }

  private async changed(automation: Automation, msg: string): Promise<Automation> {
    const { account, id } = automation;
    try {
      await this.links.keep(linksIn(automation));
      await this.automations.advanceRevision(account);
    } finally {
      this.rules.invalidate(account);
    }
    this.logger.log({ msg, account, automation: id });
    return automation;
  }
}

/** What this program or Instagram opens; links that the person opens are not among them. */
function urlsOf(action: Action): { path: string; url: string }[] {
  switch (action.type) {
    case 'send_media':
    case 'call_webhook':
      return [{ path: 'url', url: action.url }];
    case 'send_cards':
      return action.cards.flatMap(({ imageUrl }, index) =>
        imageUrl === undefined ? [] : [{ path: `cards.${index}.imageUrl`, url: imageUrl }],
      );
    default:
      return [];
  }
}

const COPY = ' (copy)';

const copyOf = (name: string): string =>
  cutToLimit(name, { max: MAX_NAME_LENGTH - COPY.length, unit: 'characters' }).trimEnd() + COPY;

function notFound(id: string): never {
  throw new NotFoundError('automation_not_found', `There is no automation ${id.slice(0, 100)}.`);
}
