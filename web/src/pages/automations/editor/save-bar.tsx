import { Alert, Button, Code, Group, List, Paper, Switch, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { api } from '../../../api/api-client.js';
import type { ErrorDetail } from '../../../api/api-error.js';
import { notifyDone, notifyFailed } from '../../../components/notify.js';
import { ScrollRegion } from '../../../components/scroll-region.js';
import type { Automation, AutomationSettings } from '../automation.types.js';
import { AUTOMATIONS, useReload } from '../use-automations.js';
import { useIsValid } from './use-validation.js';

interface SaveBarProps {
  id: string | undefined;
  settings: AutomationSettings;
  dirty: boolean;
  details: readonly ErrorDetail[];
  /** The details are of these settings. */
  upToDate: boolean;
  showProblems: boolean;
  onAttempt(): void;
  asJson: boolean;
  onAsJson(on: boolean): void;
  canWrite: boolean;
}

/** Stays in sight while one scrolls: saves, and lists what is in the way of it. */
export function SaveBar(props: SaveBarProps) {
  const { id, settings, dirty, details, upToDate, showProblems, onAttempt, canWrite } = props;
  const reload = useReload();
  const isValid = useIsValid();
  const [, navigate] = useLocation();
  const save = useMutation({
    mutationFn: async () => {
      if (!(await isValid(settings))) return null;
      return id === undefined
        ? api.post<Automation>(AUTOMATIONS, settings)
        : api.put<Automation>(`${AUTOMATIONS}/${id}`, settings);
    },
    onSuccess: (saved) => {
      // What is wrong is shown at the fields.
      if (saved === null) return;
      reload(saved);
      notifyDone(`“${saved.name}” is saved, and counts from now on.`);
      if (id === undefined) navigate(`/automations/${saved.id}`);
    },
    onError: notifyFailed,
  });
  const wrong = showProblems && details.length > 0;
  return (
    <Paper withBorder p="sm" pos="sticky" bottom={0} style={{ zIndex: 2 }} shadow="sm">
      {wrong && <Problems details={details} />}
      <Group justify="space-between">
        <Switch
          label="As JSON"
          checked={props.asJson}
          onChange={(event) => props.onAsJson(event.currentTarget.checked)}
        />
        <Group gap="sm">
          <Text size="sm" c="dimmed" component="output">
            {canWrite ? stateOf(dirty, wrong, upToDate) : 'You may only look.'}
          </Text>
          <Button
            disabled={!canWrite || (id !== undefined && !dirty)}
            loading={save.isPending}
            onClick={() => {
              onAttempt();
              save.mutate();
            }}
          >
            Save
          </Button>
        </Group>
      </Group>
    </Paper>
  );
}

function stateOf(dirty: boolean, wrong: boolean, upToDate: boolean): string {
  if (wrong) return '';
  if (!upToDate) return 'Checking …';
  return dirty ? 'Not saved yet' : '';
}

function Problems({ details }: { details: readonly ErrorDetail[] }) {
  return (
    <Alert
      color="red"
      variant="outline"
      p="xs"
      mb="sm"
      title={`${details.length} to mend before it can be saved`}
    >
      <ScrollRegion label="What to mend" maxHeight={120}>
        <List size="sm">
          {details.map(({ path, message }) => (
            <List.Item key={`${path} ${message}`}>
              <Code>{path}</Code> {message}
            </List.Item>
          ))}
        </List>
      </ScrollRegion>
    </Alert>
  );
}
