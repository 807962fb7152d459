import { Button, Group, Loader, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { PagedList } from '../api/use-paged-list.js';
import { useSearchFurther } from '../api/use-search-further.js';
import { EmptyState, type EmptyStateProps } from './empty-state.js';
import { ErrorState } from './error-state.js';
import { LoadingState } from './loading-state.js';

interface ListBodyProps {
  list: PagedList<unknown>;
  /** Changes with the filters. */
  filterKey: string;
  /** Shown when there is nothing at all. */
  empty: EmptyStateProps;
  children: ReactNode;
}

/** A list that is searched page by page: what is found so far, and whether it goes on. */
export function ListBody({ list, filterKey, empty, children }: ListBodyProps) {
  const isSearching = useSearchFurther(list, filterKey);
  if (list.error && list.items.length === 0) return <ErrorState error={list.error} onRetry={list.reload} />;
  if (list.isLoading) return <LoadingState />;
  return (
    <div aria-busy={list.isStale || isSearching}>
      {list.error && <ErrorState error={list.error} onRetry={list.reload} />}
      {list.items.length > 0 && children}
      {list.items.length === 0 && !list.hasMore && <EmptyState {...empty} />}
      <Group justify="center" py="md" component="output">
        {isSearching && (
          <>
            <Loader size="sm" aria-hidden />
            <Text size="sm">Looking through older ones …</Text>
          </>
        )}
        {!isSearching && list.hasMore && (
          <Button variant="default" loading={list.isLoadingMore} onClick={list.loadMore}>
            {list.items.length === 0 ? 'Nothing found yet: search further' : 'Load more'}
          </Button>
        )}
      </Group>
    </div>
  );
}
