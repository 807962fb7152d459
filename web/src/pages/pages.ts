import {
  IconBrandInstagram,
  IconChartLine,
  IconHistory,
  IconDeviceMobileMessage,
  IconMessages,
  IconRobot,
  IconSkull,
  IconStack2,
  IconWebhook,
  type TablerIcon,
} from '@tabler/icons-react';
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
    path: '/',
    label: 'Overview',
    icon: IconChartLine,
    component: lazy(() => import('./overview/overview.page.js')),
  },
  { path: '/jobs', label: 'Jobs', icon: IconStack2, component: lazy(() => import('./jobs/jobs.page.js')) },
  {
    path: '/dead-letters',
    label: 'Dead letters',
    icon: IconSkull,
    component: lazy(() => import('./dead-letters/dead-letters.page.js')),
  },
  {
    path: '/webhooks',
    label: 'Webhooks',
    icon: IconWebhook,
    component: lazy(() => import('./webhooks/webhooks.page.js')),
  },
  {
    path: '/automations',
    label: 'Automations',
    icon: IconRobot,
    component: lazy(() => import('./automations/automations.page.js')),
  },
  {
    path: '/conversations',
    label: 'Conversations',
    icon: IconMessages,
    component: lazy(() => import('./conversations/conversations.page.js')),
  },
  {
    path: '/accounts',
    label: 'Accounts',
    icon: IconBrandInstagram,
    component: lazy(() => import('./accounts/accounts.page.js')),
  },
  {
    path: '/simulator',
    label: 'Simulator',
    icon: IconDeviceMobileMessage,
    component: lazy(() => import('./simulator/simulator.page.js')),
    sandboxOnly: true,
  },
  {
    path: '/audit-log',
    label: 'Audit log',
    icon: IconHistory,
    component: lazy(() => import('./audit-log/audit-log.page.js')),
  },
];
