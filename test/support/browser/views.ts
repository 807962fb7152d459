import type { Locator, Page } from 'playwright-core';
import type { Shown } from './scene.js';

/** One page of the dashboard, or one state of it. */
export interface View {
  name: string;
  path: string;
  /** Seen only once its data are there. */
  ready(page: Page): Locator;
}

const heading = (name: string | RegExp) => (page: Page) => page.getByRole('heading', { level: 1, name });
const row = (table: string) => (page: Page) =>
  page.getByRole('table', { name: table }).getByRole('row').nth(1);

/** All pages behind the sign-in, with the pages of single things. */
export const views = ({ deadJob, delivery, automation, conversation }: Shown): View[] => [
  { name: 'overview', path: '/', ready: (page) => page.getByText(/×, last/).first() },
  { name: 'jobs', path: '/jobs', ready: row('Jobs') },
  { name: 'job', path: `/jobs/${deadJob}`, ready: (page) => page.getByText('Dead: no further try') },
  { name: 'dead-letters', path: '/dead-letters', ready: row('Dead jobs') },
  { name: 'webhooks', path: '/webhooks', ready: row('Deliveries') },
  { name: 'webhook', path: `/webhooks/${delivery}`, ready: row('Events') },
  {
    name: 'automations',
    path: '/automations',
    ready: (page) => page.getByRole('switch', { name: /is switched on/ }).first(),
  },
  {
    name: 'automation',
    path: `/automations/${automation}`,
    ready: (page) => page.getByRole('region', { name: 'Preview' }),
  },
  {
    name: 'automation-figures',
    path: `/automations/${automation}/figures`,
    ready: (page) => page.getByText('By day (UTC)'),
  },
  { name: 'automation-new', path: '/automations/new', ready: heading('New automation') },
  {
    name: 'conversations',
    path: '/conversations',
    ready: (page) => page.getByRole('region', { name: 'List of conversations' }).getByRole('link').first(),
  },
  {
    name: 'conversation',
    path: `/conversations/${conversation}`,
    ready: (page) => page.getByRole('region', { name: 'Messages' }).getByRole('listitem').last(),
  },
  { name: 'accounts', path: '/accounts', ready: (page) => page.getByText('Private replies').last() },
  { name: 'simulator', path: '/simulator', ready: (page) => page.getByText(/^Answered 200/).first() },
  { name: 'audit-log', path: '/audit-log', ready: row('Entries') },
  { name: 'not-found', path: '/nothing-here', ready: heading('There is no such page') },
];
