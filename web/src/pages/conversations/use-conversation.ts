import { useInfiniteQuery } from '@tanstack/react-query';
import { api } from '../../api/api-client.js';
import type { ConversationPage, ThreadEntry } from './conversation-types.js';

const REFRESH_MS = 3000;

export interface LoadedThread {
  /** The oldest first. */
  entries: ThreadEntry[];
  /** Names by id. */
  automations: Record<string, string>;
  hasEarlier: boolean;
  isLoadingEarlier: boolean;
  loadEarlier(): void;
}

export const conversationKey = (id: string) => ['conversation', id];

/** One conversation with as much of its thread as was asked for, kept true while it is seen. */
export function useConversation(id: string) {
  const result = useInfiniteQuery({
    queryKey: conversationKey(id),
    queryFn: ({ pageParam, signal }) =>
      api.get<ConversationPage>(`/conversations/${encodeURIComponent(id)}`, { cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ thread }) => thread.nextCursor ?? undefined,
    refetchInterval: REFRESH_MS,
  });
  const pages = result.data?.pages ?? [];
  const entries = new Map(pages.flatMap(({ thread }) => thread.items.map((entry) => [entry.id, entry])));
  const thread: LoadedThread = {
    entries: [...entries.values()].toReversed(),
    automations: Object.assign({}, ...pages.map((page) => page.thread.automations)) as Record<string, string>,
    hasEarlier: result.hasNextPage,
    isLoadingEarlier: result.isFetchingNextPage,
    loadEarlier: () => void result.fetchNextPage(),
  };
  const error = result.data ? null : result.error;
  return {
    conversation: pages[0],
    thread,
    error,
    readAtMs: result.dataUpdatedAt,
    reload: () => void result.refetch(),
  };
}
