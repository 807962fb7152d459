/** Kinds and results are the application's own and few; this is only against what nobody thought of. */
const MAX_ENTRIES = 1000;

export interface OutcomeCount {
  kind: string;
  result: string;
  count: number;
}

/** How jobs ended, by kind and result, since the process began. */
export class RunOutcomes {
  private readonly kinds = new Map<string, Map<string, number>>();
  private entries = 0;

  count(kind: string, result: string): void {
    const results = this.kinds.get(kind) ?? new Map<string, number>();
    const known = results.get(result);
    if (known === undefined) {
      if (this.entries >= MAX_ENTRIES) return;
      this.entries += 1;
      this.kinds.set(kind, results);
    }
    results.set(result, (known ?? 0) + 1);
  }

  list(): OutcomeCount[] {
    return [...this.kinds].flatMap(([kind, results]) =>
      [...results].map(([result, count]) => ({ kind, result, count })),
    );
  }
}
