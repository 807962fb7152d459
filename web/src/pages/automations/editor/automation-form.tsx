import { Grid, Stack, Text } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { useCanWrite } from '../../../session/use-session.js';
import type { Draft } from './draft.js';
import { toSettings } from './draft.js';
import { FormErrorsProvider } from './form-errors.js';
import { FormSections } from './form-sections.js';
import { JsonEditor } from './json-editor.js';
import { PhonePreview } from './phone-preview.js';
import { SaveBar } from './save-bar.js';
import { TryPanel } from './try-panel.js';
import { useValidation } from './use-validation.js';

interface AutomationFormProps {
  /** Undefined: of a new one. */
  id?: string;
  initial: Draft;
}

/** The form, with what comes of it beside it. */
export function AutomationForm({ id, initial }: AutomationFormProps) {
  const [draft, setDraft] = useState(initial);
  const [first] = useState(() => JSON.stringify(toSettings(initial)));
  const [showAll, setShowAll] = useState(id !== undefined);
  const [asJson, setAsJson] = useState(false);
  const [eventText, setEventText] = useState('');
  const settings = useMemo(() => toSettings(draft), [draft]);
  const canWrite = useCanWrite();
  const { details, upToDate } = useValidation(settings);
  const dirty = JSON.stringify(settings) !== first;
  useWarningBeforeLeaving(dirty);

  return (
    <FormErrorsProvider details={details} showAll={showAll}>
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 7, lg: 8 }}>
          <Stack>
            {asJson ? (
              <JsonEditor settings={settings} onChange={setDraft} />
            ) : (
              <FormSections
                draft={draft}
                isNew={id === undefined}
                onChange={(change) => setDraft((before) => ({ ...before, ...change }))}
              />
            )}
            <SaveBar
              id={id}
              settings={settings}
              dirty={dirty}
              details={details}
              upToDate={upToDate}
              showProblems={showAll}
              onAttempt={() => setShowAll(true)}
              asJson={asJson}
              onAsJson={setAsJson}
              canWrite={canWrite}
            />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5, lg: 4 }}>
          <Stack gap="md" pos="sticky" top={72}>
            <Text fw={600} component="h2">
              What the person sees
            </Text>
            <PhonePreview draft={draft} eventText={eventText} />
            <TryPanel settings={settings} id={id} text={eventText} onText={setEventText} />
          </Stack>
        </Grid.Col>
      </Grid>
    </FormErrorsProvider>
  );
}

/** The browser asks before it closes or reloads a page with changes that are not saved. */
function useWarningBeforeLeaving(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return undefined;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [dirty]);
}
