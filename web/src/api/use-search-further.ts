import { useEffect, useRef } from 'react';
import type { PagedList } from './use-paged-list.js';

const ENOUGH = 20;
/** Of some thousand rows each; then it is for the viewer to say whether to go on. */
const MAX_PAGES = 30;

/**
 * A page of the API may be short and still have a next one, since it looks at some thousand rows only. Reads on until there
 * is something to show.
 *
 * @param key changes with the filters
 * @returns whether it is looking
 */
export function useSearchFurther(list: PagedList<unknown>, key: string): boolean {
  const read = useRef({ key, pages: 0 });
  const { items, hasMore, isLoading, isLoadingMore, isStale, error } = list;
  const isShort = items.length < ENOUGH && hasMore && !isStale && !error;
  useEffect(() => {
    if (read.current.key !== key) read.current = { key, pages: 0 };
    if (!isShort || isLoading || isLoadingMore || read.current.pages >= MAX_PAGES) return;
    read.current.pages += 1;
    list.loadMore();
  });
  return isLoadingMore && isShort;
}
