import {
  Divider,
  Group,
  NumberInput,
  Paper,
  Select,
  Stack,
  Switch,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import type { ReactNode } from 'react';
import { useAccounts } from '../../../api/use-accounts.js';
import { ActionList } from '../actions/action-list.js';
import { ConditionList } from './condition-fields.js';
import type { Draft } from './draft.js';
import { DurationInput } from './duration-input.js';
import { useField } from './form-errors.js';
import { ScheduleFields } from './schedule-fields.js';
import { TriggerFields } from './trigger-fields.js';

interface FormSectionsProps {
  draft: Draft;
  isNew: boolean;
  onChange(change: Partial<Draft>): void;
}

/** The form from top to bottom: what, when, then, how often. */
export function FormSections({ draft, isNew, onChange }: FormSectionsProps) {
  return (
    <>
      <Section title="Automation">
        <AccountField account={draft.account} isNew={isNew} onChange={(account) => onChange({ account })} />
        <TextInput
          label="Name"
          description="For you: nobody else sees it."
          value={draft.name}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
          {...useField('name')}
        />
        <Switch
          label="Switched on"
          checked={draft.enabled}
          onChange={(event) => onChange({ enabled: event.currentTarget.checked })}
        />
      </Section>
      <Section title="When">
        <TriggerFields trigger={draft.trigger} onChange={(trigger) => onChange({ trigger })} />
        <Divider label="Only if all of this holds" labelPosition="left" />
        <ConditionList conditions={draft.conditions} onChange={(conditions) => onChange({ conditions })} />
      </Section>
      <Section title="Then">
        <ActionList
          actions={draft.actions}
          trigger={draft.trigger.type}
          onChange={(actions) => onChange({ actions })}
        />
      </Section>
      <Section title="How often, and at what times">
        <DurationInput
          label="Not again for the same person within"
          description="On comments: the same person under the same post. 0 for every time."
          path="cooldownMs"
          valueMs={draft.cooldownMs}
          onChange={(cooldownMs) => onChange({ cooldownMs })}
        />
        <ScheduleFields
          schedule={draft.schedule}
          onChange={(schedule) => onChange({ schedule } as Partial<Draft>)}
        />
        <Divider label="When several automations fit" labelPosition="left" />
        <Order draft={draft} onChange={onChange} />
      </Section>
    </>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <Title order={2} size="h4" mb="sm">
        {title}
      </Title>
      <Stack gap="sm">{children}</Stack>
    </Paper>
  );
}

interface AccountFieldProps {
  account: string;
  isNew: boolean;
  onChange(account: string): void;
}

function AccountField({ account, isNew, onChange }: AccountFieldProps) {
  const { data: accounts = [] } = useAccounts();
  const known = accounts.map(({ instagramId, username }) => ({ value: instagramId, label: `@${username}` }));
  const data = known.some(({ value }) => value === account)
    ? known
    : [...known, { value: account, label: account || 'none' }];
  return (
    <Select
      label="Account"
      description={
        isNew ? 'It can’t be changed later.' : 'Duplicate or import it to have it in another account.'
      }
      data={data}
      value={account}
      readOnly={!isNew}
      variant={isNew ? 'default' : 'filled'}
      allowDeselect={false}
      onChange={(next) => next !== null && onChange(next)}
      {...useField('account')}
    />
  );
}

function Order({ draft, onChange }: { draft: Draft; onChange(change: Partial<Draft>): void }) {
  const field = useField('priority');
  return (
    <Stack gap="sm">
      <Group align="flex-start">
        <NumberInput
          label="Priority"
          description="Higher goes first, of equal ones the older."
          value={draft.priority}
          onChange={(priority) => onChange({ priority: Number(priority) || 0 })}
          maw={280}
          {...field}
        />
      </Group>
      <Switch
        label="The next one that fits answers too"
        checked={draft.continue}
        onChange={(event) => onChange({ continue: event.currentTarget.checked })}
      />
      {draft.continue && (
        <Text size="xs" c="dimmed">
          Else the first one that fits is the only one.
        </Text>
      )}
    </Stack>
  );
}
