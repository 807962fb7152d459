import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { api, type Query } from './api-client.js';

interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export interface PagedList<T> {
  items: T[];
  isLoading: boolean;
  /** Filters have changed, and the items are still those of the former ones. */
  isStale: boolean;
  error: Error | null;
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore(): void;
  reload(): void;
}

/**
 * A list of the API, page by page. Its key is `['list', path, query]`: `queryClient.invalidateQueries({ queryKey: ['list',
 * path] })` reads it again after a change.
 *
 * @param path below `/api/admin`, for example `/jobs`
 */
export function usePagedList<T>(
  path: string,
  query: Query = {},
  options: { refetchInterval?: number; enabled?: boolean } = {},
): PagedList<T> {
  const result = useInfiniteQuery({
    queryKey: ['list', path, query],
    queryFn: ({ pageParam, signal }) => api.get<Page<T>>(path, { ...query, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    ...options,
  });
  return {
    items: result.data?.pages.flatMap(({ items }) => items) ?? [],
    isLoading: result.isLoading,
    isStale: result.isPlaceholderData,
    error: result.error,
    hasMore: result.hasNextPage,
    isLoadingMore: result.isFetchingNextPage,
    loadMore: () => void result.fetchNextPage(),
    reload: () => void result.refetch(),
  };
}
