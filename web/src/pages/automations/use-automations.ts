import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/api-client.js';
import type { Automation } from './automation.types.js';

export const AUTOMATIONS = '/automations';

export const automationKey = (id: string) => ['automation', id];

export function useAutomation(id: string) {
  return useQuery({
    queryKey: automationKey(id),
    queryFn: ({ signal }) => api.get<Automation>(`${AUTOMATIONS}/${id}`, {}, signal),
  });
}

/** Names of those that were listed last. */
export function useAutomationName(): (id: string) => string {
  const { data } = useQuery({
    queryKey: ['automation-names'],
    queryFn: ({ signal }) => api.get<{ items: Automation[] }>(AUTOMATIONS, { limit: 500 }, signal),
    staleTime: 30_000,
  });
  return (id) => data?.items.find((each) => each.id === id)?.name ?? 'Another automation';
}

/** To be called after a change: all that shows automations is read again. */
export function useReload(): (changed?: Automation) => void {
  const queries = useQueryClient();
  return (changed) => {
    if (changed) queries.setQueryData(automationKey(changed.id), changed);
    void queries.invalidateQueries({ queryKey: ['list', AUTOMATIONS] });
    void queries.invalidateQueries({ queryKey: ['automation-names'] });
  };
}
