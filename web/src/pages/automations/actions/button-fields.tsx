import { ActionIcon, Button, Fieldset, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { EachPlace } from '../../../components/each-place.js';
import type { Button as MessageButton, QuickReplyOption } from '../automation.types.js';
import { useErrorAt, useField } from '../editor/form-errors.js';

const MAX_BUTTONS = 3;
const MAX_QUICK_REPLIES = 13;
const noButtons: MessageButton[] = [];
const noReplies: QuickReplyOption[] = [];

interface ListProps<T> {
  value: T[] | undefined;
  path: string;
  /** Undefined when none is left. */
  onChange(value: T[] | undefined): void;
}

/** Buttons below a message or a card. */
export function ButtonFields({ value = noButtons, path, onChange }: ListProps<MessageButton>) {
  const full = value.length >= MAX_BUTTONS;
  return (
    <EntryList
      legend={`Buttons (${value.length} of ${MAX_BUTTONS})`}
      name="button"
      value={value}
      path={path}
      onChange={onChange}
      render={(button, at, set) => <OneButton button={button} path={at} onChange={set} />}
    >
      <AddButton
        label="Add a link button"
        disabled={full}
        onClick={() => onChange([...value, { type: 'url', title: '', url: '' }])}
      />
      <AddButton
        label="Add a reply button"
        disabled={full}
        onClick={() => onChange([...value, { type: 'postback', title: '', payload: '' }])}
      />
    </EntryList>
  );
}

/** Answers that the person can tap, gone once the conversation goes on. */
export function QuickReplyFields({ value = noReplies, path, onChange }: ListProps<QuickReplyOption>) {
  return (
    <EntryList
      legend={`Quick replies (${value.length} of ${MAX_QUICK_REPLIES})`}
      name="quick reply"
      value={value}
      path={path}
      onChange={onChange}
      render={(reply, at, set) => <TitleAndPayload value={reply} path={at} onChange={set} />}
    >
      <AddButton
        label="Add a quick reply"
        disabled={value.length >= MAX_QUICK_REPLIES}
        onClick={() => onChange([...value, { title: '', payload: '' }])}
      />
    </EntryList>
  );
}

interface EntryListProps<T> extends ListProps<T> {
  legend: string;
  name: string;
  value: T[];
  render(entry: T, path: string, set: (entry: T) => void): React.ReactNode;
  children: React.ReactNode;
}

function EntryList<T>({ legend, name, value, path, onChange, render, children }: EntryListProps<T>) {
  const error = useErrorAt(path);
  return (
    <Fieldset legend={legend} p="xs" radius="sm">
      <Stack gap="xs">
        <EachPlace of={value}>
          {(entry, index) => (
            <Group align="flex-start" wrap="nowrap" gap="xs">
              <div style={{ flex: 1, minWidth: 0 }}>
                {render(entry, `${path}.${index}`, (next) =>
                  onChange(value.map((each, place) => (place === index ? next : each))),
                )}
              </div>
              <ActionIcon
                variant="default"
                mt={26}
                aria-label={`Remove ${name} ${index + 1}`}
                onClick={() => {
                  const left = value.filter((_each, place) => place !== index);
                  onChange(left.length > 0 ? left : undefined);
                }}
              >
                <IconTrash size={16} aria-hidden />
              </ActionIcon>
            </Group>
          )}
        </EachPlace>
        {error && (
          <Text size="sm" c="var(--mantine-color-error)">
            {error}
          </Text>
        )}
        <Group gap="xs">{children}</Group>
      </Stack>
    </Fieldset>
  );
}

function AddButton({ label, disabled, onClick }: { label: string; disabled: boolean; onClick(): void }) {
  return (
    <Button
      variant="default"
      size="compact-sm"
      leftSection={<IconPlus size={14} aria-hidden />}
      disabled={disabled}
      onClick={onClick}
    >
      {label}
    </Button>
  );
}

function OneButton({
  button,
  path,
  onChange,
}: {
  button: MessageButton;
  path: string;
  onChange(button: MessageButton): void;
}) {
  const title = useField(`${path}.title`);
  const url = useField(`${path}.url`);
  if (button.type === 'postback') {
    return (
      <TitleAndPayload
        value={button}
        path={path}
        onChange={(next) => onChange({ ...next, type: 'postback' })}
      />
    );
  }
  return (
    <Group grow align="flex-start" gap="xs">
      <TextInput
        label="Label"
        value={button.title}
        onChange={(event) => onChange({ ...button, title: event.currentTarget.value })}
        {...title}
      />
      <TextInput
        label="Opens"
        type="url"
        placeholder="https://"
        value={button.url}
        onChange={(event) => onChange({ ...button, url: event.currentTarget.value })}
        {...url}
      />
    </Group>
  );
}

interface Tappable {
  title: string;
  payload: string;
}

/** The payload is what another automation's trigger goes by. As long as it is the title's, it follows the title. */
function TitleAndPayload<T extends Tappable>({
  value,
  path,
  onChange,
}: {
  value: T;
  path: string;
  onChange(value: T): void;
}) {
  const title = useField(`${path}.title`);
  const payload = useField(`${path}.payload`);
  return (
    <Group grow align="flex-start" gap="xs">
      <TextInput
        label="Label"
        value={value.title}
        onChange={(event) => {
          const next = event.currentTarget.value;
          const follows = value.payload === payloadOf(value.title);
          onChange({ ...value, title: next, ...(follows && { payload: payloadOf(next) }) });
        }}
        {...title}
      />
      <TextInput
        label="Payload"
        value={value.payload}
        onChange={(event) => onChange({ ...value, payload: event.currentTarget.value })}
        {...payload}
      />
    </Group>
  );
}

const payloadOf = (title: string): string => title.trim().toUpperCase().replace(/\s+/g, '_');
