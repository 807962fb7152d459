import { Anchor } from '@mantine/core';
import { Link } from 'wouter';

/** Above a page's heading: to the list that this is one of. */
export const BackLink = ({ href, children }: { href: string; children: string }) => (
  <Anchor component={Link} href={href} size="sm" underline="always">
    ← {children}
  </Anchor>
);
