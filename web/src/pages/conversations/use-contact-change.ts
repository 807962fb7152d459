import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/api-client.js';
import { notifyFailed } from '../../components/notify.js';
import { conversationKey } from './use-conversation.js';

export interface ContactChange {
  tags?: string[];
  attributes?: Record<string, string>;
  /** Null ends the pause. */
  pausedUntil?: string | null;
  optedOut?: boolean;
}

/** Changes what is kept of the person, and shows the conversation as it is then. */
export function useContactChange(id: string) {
  const queries = useQueryClient();
  const mutation = useMutation({
    mutationFn: (change: ContactChange) => api.patch(`/contacts/${encodeURIComponent(id)}`, change),
    onError: notifyFailed,
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: conversationKey(id) }),
        queries.invalidateQueries({ queryKey: ['list', '/conversations'] }),
      ]),
  });
  return { change: (change: ContactChange) => mutation.mutate(change), isChanging: mutation.isPending };
}
