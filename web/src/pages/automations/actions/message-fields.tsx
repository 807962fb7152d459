import { Stack } from '@mantine/core';
import type { Action, ActionOf } from '../automation.types.js';
import { withOptional, withTexts } from '../editor/draft.js';
import { BUTTON_TEXT_LIMIT, MESSAGE_LIMIT } from '../editor/text-size.js';
import { ButtonFields, QuickReplyFields } from './button-fields.js';
import { TextsFields } from './texts-fields.js';

interface MessageFieldsProps {
  action: ActionOf<'send_message'>;
  path: string;
  onChange(action: Action): void;
}

/** A text with buttons or quick replies: Instagram takes no message with both. */
export function MessageFields({ action, path, onChange }: MessageFieldsProps) {
  const { buttons, quickReplies } = action;
  return (
    <Stack gap="sm">
      <TextsFields
        value={action}
        path={path}
        limit={buttons ? BUTTON_TEXT_LIMIT : MESSAGE_LIMIT}
        onChange={(texts) => onChange(withTexts(action, texts))}
      />
      {(!buttons || quickReplies) && (
        <QuickReplyFields
          value={quickReplies}
          path={`${path}.quickReplies`}
          onChange={(next) => onChange(withOptional(action, 'quickReplies', next))}
        />
      )}
      {(!quickReplies || buttons) && (
        <ButtonFields
          value={buttons}
          path={`${path}.buttons`}
          onChange={(next) => onChange(withOptional(action, 'buttons', next))}
        />
      )}
    </Stack>
  );
}
