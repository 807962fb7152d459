import { Tabs } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useLocation } from 'wouter';
import { useAccounts } from '../../../api/use-accounts.js';
import { BackLink } from '../../../components/back-link.js';
import { ErrorState } from '../../../components/error-state.js';
import { LoadingState } from '../../../components/loading-state.js';
import { PageHeader } from '../../../components/page-header.js';
import { useAutomation } from '../use-automations.js';
import { AutomationForm } from './automation-form.js';
import { newDraft, toDraft } from './draft.js';

/** The library of charts is as large as all the rest. */
const FiguresTab = lazy(() => import('../figures/figures-tab.js'));

/** Makes a new automation. */
export function NewAutomation() {
  const accounts = useAccounts();
  const chosen = new URLSearchParams(window.location.search).get('account');
  return (
    <>
      <Back />
      <PageHeader title="New automation" />
      {accounts.data ? (
        <AutomationForm initial={newDraft(chosen ?? accounts.data[0]?.instagramId ?? '')} />
      ) : (
        <Loading error={accounts.error} />
      )}
    </>
  );
}

/** Changes one, and shows what it did. */
export function EditAutomation({ id, tab }: { id: string; tab: string }) {
  const { data: automation, error, refetch } = useAutomation(id);
  const [, navigate] = useLocation();
  if (!automation) return <Loading error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <Back />
      <PageHeader title={automation.name} />
      <Tabs
        value={tab}
        onChange={(next) => navigate(`/automations/${id}${next === 'edit' ? '' : `/${next}`}`)}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="edit">Edit</Tabs.Tab>
          <Tabs.Tab value="figures">Figures</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="edit">
          <AutomationForm key={automation.updatedAt} id={id} initial={toDraft(automation)} />
        </Tabs.Panel>
        <Tabs.Panel value="figures">
          <Suspense fallback={<Loading error={null} />}>
            <FiguresTab id={id} />
          </Suspense>
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

const Back = () => <BackLink href="/automations">All automations</BackLink>;

function Loading({ error, onRetry }: { error: Error | null; onRetry?: () => void }) {
  if (error) return <ErrorState error={error} {...(onRetry && { onRetry })} />;
  return <LoadingState />;
}
