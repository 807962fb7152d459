import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './api-client.js';

export interface Account {
  id: string;
  instagramId: string;
  username: string;
  status: 'active' | 'paused' | 'throttled' | 'reconnect';
  statusReason?: string;
  throttledUntil?: string;
  tokenExpiresAt?: string;
  createdAt: string;
}

export const ACCOUNTS = '/accounts';

/** The first 500, to choose from; read again every so often where that is given. */
export function useAccounts(refetchMs?: number) {
  return useQuery({
    refetchInterval: refetchMs ?? false,
    queryKey: ['accounts'],
    queryFn: async ({ signal }) =>
      (await api.get<{ items: Account[] }>(ACCOUNTS, { limit: 500 }, signal)).items,
  });
}

/** What to call an account of which perhaps only the id is known. */
export function useAccountName(): (instagramId: string) => string {
  const { data: accounts = [] } = useAccounts();
  return (id) => {
    const account = accounts.find(({ instagramId }) => instagramId === id);
    return account ? `@${account.username}` : id;
  };
}

/** To be called after a change: all that shows accounts is read again. */
export function useReloadAccounts(): () => void {
  const queries = useQueryClient();
  return () => {
    void queries.invalidateQueries({ queryKey: ['accounts'] });
    void queries.invalidateQueries({ queryKey: ['list', ACCOUNTS] });
  };
}
