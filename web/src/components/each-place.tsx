import { Fragment, type ReactNode } from 'react';

interface EachPlaceProps<T> {
  of: readonly T[];
  children(entry: T, index: number): ReactNode;
}

/** For entries that have no identity, and whose components no state: what belongs to a place is all in the entry. */
export function EachPlace<T>({ of: entries, children }: EachPlaceProps<T>) {
  return entries.map((entry, index) => (
    // oxlint-disable-next-line react/no-array-index-key -- see above: there is nothing else to tell them by
    <Fragment key={index}>{children(entry, index)}</Fragment>
  ));
}
