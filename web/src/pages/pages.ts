import { IconBrandInstagram, IconRobot, type TablerIcon } from '@tabler/icons-react';
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';

export interface PageEntry {
  /** Below it (`/jobs/123`) the page shows what it likes: `useRoute('/jobs/:id')` of wouter tells. */
  path: string;
  label: string;
  icon: TablerIcon;
  component: LazyExoticComponent<ComponentType>;
  /** Not there outside the sandbox. */
  sandboxOnly?: boolean;
}

/**
 * The pages in the order of the menu; the first is where one arrives. Each is loaded when it is first opened:
 * `{ path: '/jobs', label: 'Jobs', icon: IconStack2, component: lazy(() => import('./jobs/jobs.page.js')) }`.
 */
export const pages: PageEntry[] = [
  {
    path: '/automations',
    label: 'Automations',
    icon: IconRobot,
    component: lazy(() => import('./automations/automations.page.js')),
  },
  {
    path: '/accounts',
    label: 'Accounts',
    icon: IconBrandInstagram,
    component: lazy(() => import('./accounts/accounts.page.js')),
  },
];
