import { compileAction, type CompiledAction } from '../actions/compiled-action.js';
import { textOf, type AnswerableEvent, type AnswerableKind } from '../answerable-event.js';
import type { Action, Automation, Condition, TextMatch } from '../automation.types.js';
import { compileSchedule, type CompiledSchedule } from '../conditions/schedule.js';
import { linkMaker, type LinkMaker } from '../links/tracked-link.js';
import { TextIndex } from '../matching/text-index.js';
import { patternProblem } from '../matching/text-pattern.js';
import { triggerFilter, type TriggerFilter } from './trigger-filter.js';

/** An automation, ready to run. */
export interface Rule {
  readonly id: string;
  /** The next rule that matches answers too. */
  readonly continue: boolean;
  readonly cooldownMs: number;
  readonly conditions: readonly Condition[];
  /** Null: always on duty. */
  readonly schedule: CompiledSchedule | null;
  readonly actions: readonly CompiledAction[];
  /** The actions as they are stored: what is put off goes on with these, whatever the owner changes meanwhile. */
  readonly source: readonly Action[];
}

interface Candidate {
  rule: Rule;
  filter: TriggerFilter;
}

interface Candidates {
  inOrder: readonly Candidate[];
  /** Position n belongs to `inOrder[n]`. */
  texts: TextIndex;
}

/** An automation that can't be run as it is stored: by a version with other rules, or edited by hand. */
export interface BrokenAutomation {
  id: string;
  error: unknown;
}

const anyText: TextMatch = { mode: 'any', keywords: [], exclude: [] };

/** One account's automations, by the kind of event that they answer. */
export class RuleSet {
  constructor(
    private readonly byKind: ReadonlyMap<AnswerableKind, Candidates>,
    readonly broken: readonly BrokenAutomation[],
  ) {}

  /** Whether any automation listens to this kind of event at all. */
  listensTo(kind: AnswerableKind): boolean {
    return this.byKind.has(kind);
  }

  /**
   * The rules that answer an event, highest priority first: one, or more where the ones before say `continue`. Those
   * with the trigger `default` only where there is no other.
   *
   * @param admits what else must hold for a rule whose trigger fires
   */
  match(event: AnswerableEvent, admits: (rule: Rule) => boolean = () => true): Rule[] {
    const candidates = this.byKind.get(event.kind);
    if (!candidates) return [];
    const holds = candidates.texts.find(textOf(event));
    const chosen = (fallback: boolean): Rule[] => {
      const rules: Rule[] = [];
      for (const [position, { rule, filter }] of candidates.inOrder.entries()) {
        if ((filter.fallback ?? false) !== fallback) continue;
        if (!holds(position) || !filter.admits(event) || !admits(rule)) continue;
        rules.push(rule);
        if (!rule.continue) break;
      }
      return rules;
    };
    const matching = chosen(false);
    return matching.length > 0 ? matching : chosen(true);
  }

  /** Those of these automations that are still there, in the order of the ids. */
  withIds(ids: readonly string[]): Rule[] {
    const rules = [...this.byKind.values()].flatMap(({ inOrder }) => inOrder.map(({ rule }) => rule));
    return ids.flatMap((id) => rules.find((rule) => rule.id === id) ?? []);
  }
}

/**
 * Compiles the enabled ones of an account's automations; a broken one is left out and does not stop the others.
 *
 * @param publicUrl where buttons lead through; undefined: straight to their place
 */
export function compileAutomations(automations: readonly Automation[], publicUrl?: string): RuleSet {
  const broken: BrokenAutomation[] = [];
  const byKind = new Map<AnswerableKind, Candidate[]>();
  for (const automation of automations.filter(({ enabled }) => enabled).toSorted(byPriority)) {
    try {
      const candidate = compileAutomation(automation, publicUrl);
      for (const kind of candidate.filter.kinds) {
        const inOrder = byKind.get(kind);
        if (inOrder) inOrder.push(candidate);
        else byKind.set(kind, [candidate]);
      }
    } catch (error) {
      broken.push({ id: automation.id, error });
    }
  }
  return new RuleSet(new Map([...byKind].map(([kind, inOrder]) => [kind, withTexts(inOrder)])), broken);
}

/** Of two equal ones the older first; ids are ObjectIds, which begin with the time. */
function byPriority(a: Automation, b: Automation): number {
  return b.priority - a.priority || (a.id < b.id ? -1 : 1);
}

function compileAutomation(automation: Automation, publicUrl: string | undefined): Candidate {
  const filter = triggerFilter(automation.trigger);
  // Alone first, so that a bad pattern is this automation's error and not that of all that share an index.
  if (filter.match?.mode === 'regex') checkPatterns(filter.match);
  return { filter, rule: compileRule(automation, linkMaker(automation.id, publicUrl)) };
}

/** @throws {TemplateError} when a text is no template: one saved by a version that knew other variables */
function compileRule(
  { id, continue: goesOn, cooldownMs, conditions, schedule, actions }: Automation,
  link: LinkMaker,
): Rule {
  return {
    id,
    continue: goesOn,
    cooldownMs,
    conditions,
    schedule: schedule ? compileSchedule(schedule) : null,
    actions: actions.map((action) => compileAction(action, link)),
    source: actions,
  };
}

function checkPatterns({ keywords, exclude }: TextMatch): void {
  const problem = [...keywords, ...exclude]
    .map((pattern) => patternProblem(pattern))
    .find((each) => each !== null);
  if (problem != null) throw new Error(problem);
}

function withTexts(inOrder: Candidate[]): Candidates {
  return { inOrder, texts: new TextIndex(inOrder.map(({ filter }) => filter.match ?? anyText)) };
}
