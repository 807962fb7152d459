import type { ReactNode } from 'react';

interface ScrollRegionProps {
  /** Names it for screen readers. */
  label: string;
  maxHeight: number;
  children: ReactNode;
}

/** What may be longer than there is room for. The keyboard can reach it, or it could not be scrolled. */
export function ScrollRegion({ label, maxHeight, children }: ScrollRegionProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region takes the focus
    <section aria-label={label} tabIndex={0} style={{ maxHeight, overflowY: 'auto' }}>
      {children}
    </section>
  );
}
