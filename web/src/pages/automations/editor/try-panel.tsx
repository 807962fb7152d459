import { Alert, Button, Stack, Text, TextInput } from '@mantine/core';
import { IconCheck, IconZzz } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import type { DryRun } from '../../../api/delivery-views.js';
import { api } from '../../../api/api-client.js';
import type { AutomationSettings } from '../automation.types.js';
import { actionNames } from '../automation-words.js';
import type { ActionType } from '../automation.types.js';
import { useAutomationName } from '../use-automations.js';
import { DRAFT_ID, trialLabels, verdictOf } from './trial.js';
import { useIsValid } from './use-validation.js';

interface TryPanelProps {
  settings: AutomationSettings;
  id: string | undefined;
  text: string;
  onText(text: string): void;
}

/** Tries the automation, as it is in the form, on a text. Nothing is sent. */
export function TryPanel({ settings, id, text, onText }: TryPanelProps) {
  const isValid = useIsValid();
  const trial = useMutation({
    mutationFn: async () => {
      if (!(await isValid(settings))) throw new Error('Mend what is wrong in the form first.');
      return api.post<DryRun>('/automations/try', { automation: settings, text, ...(id && { id }) });
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    trial.mutate();
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <TextInput
          label={trialLabels[settings.trigger.type]}
          description="From somebody new. Nothing is sent, nothing is kept."
          value={text}
          onChange={(event) => {
            onText(event.currentTarget.value);
            trial.reset();
          }}
          rightSectionWidth={72}
          rightSection={
            <Button type="submit" size="compact-sm" loading={trial.isPending}>
              Try it
            </Button>
          }
        />
        <div aria-live="polite">
          {trial.data && <Result run={trial.data} id={id ?? DRAFT_ID} />}
          {trial.error && (
            <Text size="sm" c="var(--mantine-color-error)">
              {trial.error.message}
            </Text>
          )}
        </div>
      </Stack>
    </form>
  );
}

function Result({ run, id }: { run: DryRun; id: string }) {
  const nameOf = useAutomationName();
  const { fires, text } = verdictOf(run, id, nameOf);
  const actions = run.steps.filter(({ step, automation }) => step === 'action' && automation === id);
  return (
    <Alert
      variant="outline"
      color={fires ? 'green' : 'yellow'}
      icon={fires ? <IconCheck aria-hidden /> : <IconZzz aria-hidden />}
      p="xs"
    >
      <Text size="sm">{text}</Text>
      {actions.map((each) => (
        <Text key={each.action} size="xs" c="dimmed">
          {`${(each.action ?? 0) + 1}. ${actionNames[each.type as ActionType] ?? each.type}`}
          {each.text !== undefined && `: ${each.text}`}
          {each.reason !== undefined && ` (${each.result}: ${each.reason})`}
        </Text>
      ))}
    </Alert>
  );
}
