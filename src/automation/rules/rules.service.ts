import { Injectable, Logger } from '@nestjs/common';
import { ServerConfig } from '../../config/app-config.js';
import { Clock } from '../../database/clock.js';
import { AutomationRepository } from '../automation.repository.js';
import { CachedRules } from './cached-rules.js';
import type { BrokenAutomation, RuleSet } from './rule-set.js';

/** Compiled rules of more accounts than these are not kept: the one first asked for makes room. */
const MAX_ACCOUNTS = 5000;

/** The compiled rules of each account, kept in memory: reading and compiling them for each event would cost the most. */
@Injectable()
export class RulesService {
  private readonly logger = new Logger('Automation');
  private readonly byAccount = new Map<string, CachedRules>();

  constructor(
    private readonly automations: AutomationRepository,
    private readonly clock: Clock,
    private readonly server: ServerConfig,
  ) {}

  /** @param account Instagram professional account id */
  forAccount(account: string): Promise<RuleSet> {
    return (this.byAccount.get(account) ?? this.begin(account)).current();
  }

  /** To be called after a change by this process: the next event is matched against the new automations. */
  invalidate(account: string): void {
    this.byAccount.delete(account);
  }

  private begin(account: string): CachedRules {
    if (this.byAccount.size >= MAX_ACCOUNTS) {
      for (const oldest of this.byAccount.keys()) {
        this.byAccount.delete(oldest);
        break;
      }
    }
    const source = {
      enabled: () => this.automations.enabledOf(account),
      revision: () => this.automations.revisionOf(account),
      report: (broken: readonly BrokenAutomation[]) => {
        for (const { id, error } of broken) {
          this.logger.error({
            msg: 'automation left out: it can not be run as stored',
            account,
            automation: id,
            error,
          });
        }
      },
    };
    const cached = new CachedRules(source, this.clock, this.server.publicUrl);
    this.byAccount.set(account, cached);
    return cached;
  }
}
