import { Button, Center } from '@mantine/core';
import type { PagedList } from '../api/use-paged-list.js';

/** The button below a paged list, while there is more. */
export function LoadMore({ list }: { list: PagedList<unknown> }) {
  if (!list.hasMore) return null;
  return (
    <Center py="md">
      <Button variant="default" loading={list.isLoadingMore} onClick={list.loadMore}>
        Load more
      </Button>
    </Center>
  );
}
