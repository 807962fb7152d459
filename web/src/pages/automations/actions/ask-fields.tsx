import { NativeSelect, Stack, TextInput } from '@mantine/core';
import type { Action, ActionOf } from '../automation.types.js';
import { withOptional } from '../editor/draft.js';
import { DurationInput } from '../editor/duration-input.js';
import { useField } from '../editor/form-errors.js';
import { TemplateInput } from '../editor/template-input.js';
import { MESSAGE_LIMIT } from '../editor/text-size.js';

interface AskFieldsProps {
  action: ActionOf<'ask'>;
  path: string;
  onChange(action: Action): void;
}

/** A question: the person's next message is its answer. */
export function AskFields({ action, path, onChange }: AskFieldsProps) {
  const attribute = useField(`${path}.attribute`);
  return (
    <Stack gap="sm">
      <TemplateInput
        label="Question"
        path={`${path}.text`}
        value={action.text}
        limit={MESSAGE_LIMIT}
        onChange={(text) => onChange({ ...action, text })}
      />
      <TextInput
        label="Note the answer as"
        description="Name of the attribute of the contact."
        placeholder="email"
        value={action.attribute}
        onChange={(event) => onChange({ ...action, attribute: event.currentTarget.value })}
        {...attribute}
      />
      <NativeSelect
        label="The answer must be"
        data={[
          { value: 'text', label: 'any text' },
          { value: 'email', label: 'an email address' },
          { value: 'phone', label: 'a phone number' },
        ]}
        value={action.validate}
        onChange={(event) =>
          onChange({ ...action, validate: event.currentTarget.value as typeof action.validate })
        }
      />
      {(action.validate !== 'text' || action.retryText !== undefined) && (
        <TemplateInput
          label="When it is not"
          description="Sent in place of the question; empty repeats the question."
          path={`${path}.retryText`}
          value={action.retryText ?? ''}
          limit={MESSAGE_LIMIT}
          minRows={1}
          onChange={(retryText) => onChange(withOptional(action, 'retryText', retryText))}
        />
      )}
      <DurationInput
        label="Waits for the answer for"
        path={`${path}.timeoutMs`}
        valueMs={action.timeoutMs}
        onChange={(timeoutMs) => onChange({ ...action, timeoutMs })}
      />
    </Stack>
  );
}
