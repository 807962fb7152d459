import { NativeSelect, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { mediaKinds, type Action, type ActionOf } from '../automation.types.js';
import { withTexts } from '../editor/draft.js';
import { DurationInput } from '../editor/duration-input.js';
import { useField } from '../editor/form-errors.js';
import { fromLocalInput, toLocalInput } from '../editor/local-time.js';
import { TemplateInput } from '../editor/template-input.js';
import { MESSAGE_LIMIT } from '../editor/text-size.js';
import { AskFields } from './ask-fields.js';
import { CardsFields } from './cards-fields.js';
import { MessageFields } from './message-fields.js';
import { PlainText } from './plain-text.js';
import { TextsFields } from './texts-fields.js';
import { WebhookFields } from './webhook-fields.js';

interface ActionFieldsProps<A extends Action = Action> {
  action: A;
  path: string;
  onChange(action: Action): void;
}

/** The fields of one action, whatever its type. */
export function ActionFields({ action, path, onChange }: ActionFieldsProps) {
  switch (action.type) {
    case 'send_message':
      return <MessageFields action={action} path={path} onChange={onChange} />;
    case 'reply_to_comment':
      return (
        <TextsFields
          value={action}
          path={path}
          limit={MESSAGE_LIMIT}
          onChange={(texts) => onChange(withTexts(action, texts))}
        />
      );
    case 'send_cards':
      return <CardsFields action={action} path={path} onChange={onChange} />;
    case 'send_media':
      return <MediaFields action={action} path={path} onChange={onChange} />;
    case 'ask':
      return <AskFields action={action} path={path} onChange={onChange} />;
    case 'typing':
    case 'pause_automation':
      return (
        <DurationInput
          label="For"
          description={
            action.type === 'typing' ? 'Up to 20 seconds.' : 'Nothing answers in this conversation meanwhile.'
          }
          path={`${path}.ms`}
          valueMs={action.ms}
          onChange={(ms) => onChange({ ...action, ms })}
        />
      );
    case 'wait':
      return <WaitFields action={action} path={path} onChange={onChange} />;
    case 'react':
      return <ReactFields action={action} path={path} onChange={onChange} />;
    case 'add_tag':
    case 'remove_tag':
      return (
        <PlainText
          label="Tag"
          path={`${path}.tag`}
          value={action.tag}
          onChange={(tag) => onChange({ ...action, tag })}
        />
      );
    case 'set_attribute':
      return <AttributeFields action={action} path={path} onChange={onChange} />;
    case 'call_webhook':
      return <WebhookFields action={action} path={path} onChange={onChange} />;
  }
}

function MediaFields({ action, path, onChange }: ActionFieldsProps<ActionOf<'send_media'>>) {
  return (
    <Stack gap="sm">
      <NativeSelect
        label="Kind"
        data={[...mediaKinds]}
        value={action.kind}
        onChange={(event) => onChange({ ...action, kind: event.currentTarget.value as typeof action.kind })}
      />
      <PlainText
        label="Address"
        description="Instagram fetches it from there, so it must be public."
        placeholder="https://"
        path={`${path}.url`}
        value={action.url}
        onChange={(url) => onChange({ ...action, url })}
      />
    </Stack>
  );
}

function WaitFields({ action, path, onChange }: ActionFieldsProps<ActionOf<'wait'>>) {
  const until = useField(`${path}.until`);
  const fixed = action.until !== undefined;
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label="How to wait"
        data={[
          { value: 'for', label: 'For a while' },
          { value: 'until', label: 'Until a time' },
        ]}
        value={fixed ? 'until' : 'for'}
        onChange={(how) =>
          onChange(
            how === 'until'
              ? { type: 'wait', until: new Date(Date.now() + 86_400_000).toISOString() }
              : { type: 'wait', ms: 3_600_000 },
          )
        }
        style={{ alignSelf: 'flex-start' }}
      />
      {fixed ? (
        <TextInput
          type="datetime-local"
          label="Until"
          description="In your time zone."
          value={toLocalInput(action.until ?? '')}
          onChange={(event) => onChange({ type: 'wait', until: fromLocalInput(event.currentTarget.value) })}
          maw={280}
          {...until}
        />
      ) : (
        <DurationInput
          label="For"
          path={`${path}.ms`}
          valueMs={action.ms ?? 0}
          onChange={(ms) => onChange({ type: 'wait', ms })}
        />
      )}
      <Text size="xs" c="dimmed">
        What stands below runs then, also after a restart. It does not when the person said STOP meanwhile.
      </Text>
    </Stack>
  );
}

const reactions = ['love', 'haha', 'wow', 'sad', 'angry', 'like'];

function ReactFields({ action, path, onChange }: ActionFieldsProps<ActionOf<'react'>>) {
  const known = reactions.includes(action.reaction) ? reactions : [action.reaction, ...reactions];
  return (
    <Select
      label="Reaction"
      data={known}
      value={action.reaction}
      allowDeselect={false}
      onChange={(reaction) => reaction !== null && onChange({ ...action, reaction })}
      maw={280}
      {...useField(`${path}.reaction`)}
    />
  );
}

function AttributeFields({ action, path, onChange }: ActionFieldsProps<ActionOf<'set_attribute'>>) {
  return (
    <Stack gap="sm">
      <PlainText
        label="Attribute"
        placeholder="size"
        path={`${path}.name`}
        value={action.name}
        onChange={(name) => onChange({ ...action, name })}
      />
      <TemplateInput
        label="Value"
        path={`${path}.value`}
        value={action.value}
        limit={MESSAGE_LIMIT}
        minRows={1}
        onChange={(value) => onChange({ ...action, value })}
      />
    </Stack>
  );
}
