import { Alert, Stack, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { AutomationSettings } from '../automation.types.js';
import { draftFromJson } from './draft-from-json.js';
import type { Draft } from './draft.js';

interface JsonEditorProps {
  settings: AutomationSettings;
  onChange(draft: Draft): void;
}

/** The automation as the server has it, to edit or paste. What is no JSON yet changes nothing. */
export function JsonEditor({ settings, onChange }: JsonEditorProps) {
  const [text, setText] = useState(() => JSON.stringify(settings, null, 2));
  const [problem, setProblem] = useState<string>();
  return (
    <Stack gap="xs">
      <Textarea
        label="Automation as JSON"
        description="The same fields as in the API. Checked by the server as you type."
        value={text}
        autosize
        minRows={16}
        maxRows={36}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
        onChange={(event) => {
          const next = event.currentTarget.value;
          setText(next);
          const read = draftFromJson(next, settings);
          setProblem(read.problem);
          if (read.draft) onChange(read.draft);
        }}
      />
      {problem !== undefined && (
        <Alert color="red" variant="outline" p="xs" role="alert">
          {problem}
        </Alert>
      )}
    </Stack>
  );
}
