import { useSearchParams } from 'wouter';

export interface Filters<N extends string> {
  /** Empty where nothing is set. */
  values: Record<N, string>;
  set(change: Partial<Record<N, string>>): void;
  clear(): void;
  isEmpty: boolean;
}

/** A list's filters live in the address: what one sees can be sent to somebody, kept, and gone back to. */
export function useFilters<N extends string>(names: readonly N[]): Filters<N> {
  const [search, setSearch] = useSearchParams();
  const values = Object.fromEntries(names.map((name) => [name, search.get(name) ?? ''])) as Record<N, string>;
  const set = (change: Partial<Record<N, string>>) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        for (const [name, value] of Object.entries<string | undefined>(change)) {
          if (value) next.set(name, value);
          else next.delete(name);
        }
        return next;
      },
      { replace: true },
    );
  return {
    values,
    set,
    clear: () => set(Object.fromEntries(names.map((name) => [name, ''])) as Record<N, string>),
    isEmpty: names.every((name) => values[name] === ''),
  };
}
