import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/api-client.js';

export interface AccountChoice {
  instagramId: string;
  username: string;
  status: string;
}

/** The accounts to choose from. */
export function useAccounts(): AccountChoice[] {
  const { data } = useQuery({
    queryKey: ['account-choices'],
    queryFn: ({ signal }) => api.get<{ items: AccountChoice[] }>('/accounts', { limit: 200 }, signal),
    staleTime: 30_000,
  });
  return data?.items ?? [];
}
