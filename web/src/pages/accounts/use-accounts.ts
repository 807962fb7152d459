import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/api-client.js';

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

/** The first 500, to choose from. */
export function useAccounts() {
  return useQuery({
    queryKey: ['accounts'],
    queryFn: async ({ signal }) =>
      (await api.get<{ items: Account[] }>(ACCOUNTS, { limit: 500 }, signal)).items,
  });
}

/** To be called after a change: all that shows accounts is read again. */
export function useReloadAccounts(): () => void {
  const queries = useQueryClient();
  return () => {
    void queries.invalidateQueries({ queryKey: ['accounts'] });
    void queries.invalidateQueries({ queryKey: ['list', ACCOUNTS] });
  };
}
