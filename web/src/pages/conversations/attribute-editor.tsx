import { ActionIcon, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { ContactChange } from './use-contact-change.js';

interface AttributeEditorProps {
  attributes: Record<string, string>;
  change: (change: ContactChange) => void;
  canWrite: boolean;
}

/** What automations and people noted about the person, by name. */
export function AttributeEditor({ attributes, change, canWrite }: AttributeEditorProps) {
  const entries = Object.entries(attributes);
  const without = (name: string) => Object.fromEntries(entries.filter(([each]) => each !== name));
  return (
    <Stack gap={6}>
      {entries.length === 0 && (
        <Text size="sm" c="dimmed">
          None yet
        </Text>
      )}
      {entries.map(([name, value]) => (
        <Group key={name} gap={4} wrap="nowrap" justify="space-between">
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            <b>{name}</b>: {value}
          </Text>
          {canWrite && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={`Remove ${name}`}
              onClick={() => change({ attributes: without(name) })}
            >
              <IconTrash size={14} aria-hidden />
            </ActionIcon>
          )}
        </Group>
      ))}
      {canWrite && (
        <AddAttribute onAdd={(name, value) => change({ attributes: { ...attributes, [name]: value } })} />
      )}
    </Stack>
  );
}

function AddAttribute({ onAdd }: { onAdd: (name: string, value: string) => void }) {
  const [name, setName] = useState('');
  const [value, setValue] = useState('');
  const add = (event: React.FormEvent) => {
    event.preventDefault();
    if (name.trim() === '') return;
    onAdd(name.trim(), value);
    setName('');
    setValue('');
  };
  return (
    <form onSubmit={add}>
      <Group gap={4} wrap="nowrap">
        <TextInput
          size="xs"
          flex={1}
          miw={0}
          aria-label="Name of the attribute"
          placeholder="name"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          flex={1}
          miw={0}
          aria-label="Value of the attribute"
          placeholder="value"
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
        />
        <Button type="submit" size="xs" variant="default" px="xs" style={{ flexShrink: 0 }}>
          Add
        </Button>
      </Group>
    </form>
  );
}
