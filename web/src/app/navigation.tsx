import { NavLink } from '@mantine/core';
import { Link, useRoute } from 'wouter';
import type { PageEntry } from '../pages/pages.js';

export function Navigation({ pages, onNavigate }: { pages: PageEntry[]; onNavigate: () => void }) {
  return pages.map((page) => <PageLink key={page.path} page={page} onNavigate={onNavigate} />);
}

function PageLink({ page, onNavigate }: { page: PageEntry; onNavigate: () => void }) {
  const [exact] = useRoute(page.path);
  const [below] = useRoute(`${page.path}/*`);
  const active = exact || (page.path !== '/' && below);
  return (
    <NavLink
      component={Link}
      href={page.path}
      label={page.label}
      leftSection={<page.icon size={18} aria-hidden />}
      active={active}
      aria-current={active ? 'page' : undefined}
      onClick={onNavigate}
    />
  );
}
