import type { Clock } from '../../database/clock.js';
import type { Automation } from '../automation.types.js';
import { compileAutomations, type BrokenAutomation, type RuleSet } from './rule-set.js';

/** Where one account's automations are read from. */
export interface RuleSource {
  enabled(): Promise<Automation[]>;
  /** Another number after each change to the account's automations, by any process. */
  revision(): Promise<number>;
  /** Told at each load which automations could not be compiled. */
  report(broken: readonly BrokenAutomation[]): void;
}

/**
 * Other processes' changes count after at most this time, and the length of one read. Time is cut into slices of this
 * length, the same for all accounts, so that their checks fall together and share a query.
 */
export const CHECK_AFTER_MS = 1000;

/** A process that died between a change and its new revision is made up for after this time. */
export const RELOAD_AFTER_MS = 60_000;

interface Loaded {
  rules: RuleSet;
  revision: number;
  loadedAt: number;
  checkedAt: number;
}

/** One account's compiled rules, kept while their revision stays the same. */
export class CachedRules {
  private loaded: Loaded | undefined;
  private refreshing: Promise<RuleSet> | undefined;

  constructor(
    private readonly source: RuleSource,
    private readonly clock: Clock,
    private readonly publicUrl?: string,
  ) {}

  async current(): Promise<RuleSet> {
    if (this.loaded && sliceOf(this.loaded.checkedAt) === sliceOf(this.clock.now())) return this.loaded.rules;
    this.refreshing ??= this.refresh().finally(() => {
      this.refreshing = undefined;
    });
    return this.refreshing;
  }

  private async refresh(): Promise<RuleSet> {
    const checkedAt = this.clock.now();
    // Read before the automations: a change between the two reads is then found at the next check.
    const revision = await this.source.revision();
    const known = this.loaded;
    if (known && known.revision === revision && checkedAt - known.loadedAt < RELOAD_AFTER_MS) {
      known.checkedAt = checkedAt;
      return known.rules;
    }
    const rules = compileAutomations(await this.source.enabled(), this.publicUrl);
    if (rules.broken.length > 0) this.source.report(rules.broken);
    this.loaded = { rules, revision, loadedAt: checkedAt, checkedAt };
    return rules;
  }
}

const sliceOf = (ms: number) => Math.floor(ms / CHECK_AFTER_MS);
