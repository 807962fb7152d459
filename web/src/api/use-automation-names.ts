import { useQuery } from '@tanstack/react-query';
import { api } from './api-client.js';

interface Named {
  id: string;
  name: string;
}

const MOST = 500;

/**
 * Names of automations by id, for texts; what is not in it has been deleted, or is one of too many.
 *
 * @param account whose; left out: of all accounts; null: not known yet
 */
export function useAutomationNames(account?: string | null): ReadonlyMap<string, string> {
  const names = useQuery({
    queryKey: ['automation-names', account],
    queryFn: async ({ signal }) => {
      const { items } = await api.get<{ items: Named[] }>('/automations', { account, limit: MOST }, signal);
      return new Map(items.map(({ id, name }) => [id, name]));
    },
    enabled: account !== null,
    staleTime: 60_000,
  });
  return names.data ?? NO_NAMES;
}

const NO_NAMES: ReadonlyMap<string, string> = new Map();
