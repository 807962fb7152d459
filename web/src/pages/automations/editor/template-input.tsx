import { Button, Group, Menu, Stack, Text, Textarea } from '@mantine/core';
import { IconBraces } from '@tabler/icons-react';
import { useRef } from 'react';
import { useField } from './form-errors.js';
import { sizeOf, type TextLimit } from './text-size.js';

const variables = [
  { name: 'contact.name', label: 'Name of the person', fallback: 'there' },
  { name: 'contact.username', label: 'Username of the person', fallback: 'there' },
  { name: 'event.text', label: 'What the person wrote', fallback: '' },
  { name: 'account.username', label: 'Username of your account', fallback: '' },
  { name: 'contact.attributes.email', label: 'An attribute, such as email', fallback: '' },
];

interface TemplateInputProps {
  label: string;
  description?: string;
  path: string;
  value: string;
  onChange(value: string): void;
  limit: TextLimit;
  minRows?: number;
}

/** A text with variables: counts as Instagram does, and puts variables where the cursor is. */
export function TemplateInput({
  label,
  description,
  path,
  value,
  onChange,
  limit,
  minRows = 2,
}: TemplateInputProps) {
  const field = useField(path);
  const input = useRef<HTMLTextAreaElement>(null);

  function insert(variable: string) {
    const { selectionStart: start, selectionEnd: end } = input.current ?? {
      selectionStart: value.length,
      selectionEnd: value.length,
    };
    onChange(value.slice(0, start) + variable + value.slice(end));
    const caret = start + variable.length;
    // Once the text is in the field.
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(caret, caret);
    });
  }

  return (
    <Stack gap={4}>
      <Textarea
        ref={input}
        label={label}
        description={description}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        autosize
        minRows={minRows}
        maxRows={12}
        {...field}
      />
      <Group justify="space-between">
        <VariablesMenu label={label} onPick={insert} />
        <Counter value={value} limit={limit} />
      </Group>
    </Stack>
  );
}

function VariablesMenu({ label, onPick }: { label: string; onPick(variable: string): void }) {
  return (
    <Menu position="bottom-start" withinPortal returnFocus={false}>
      <Menu.Target>
        <Button
          variant="default"
          size="compact-xs"
          leftSection={<IconBraces size={14} aria-hidden />}
          aria-label={`Insert a variable into ${label}`}
        >
          Insert a variable
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {variables.map(({ name, label: words, fallback }) => (
          <Menu.Item key={name} onClick={() => onPick(`{{${name}${fallback && `|${fallback}`}}}`)}>
            {words}
            <Text size="xs" c="dimmed" ff="monospace">
              {`{{${name}}}`}
            </Text>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Red from the limit on; variables may still make a text longer, which is then cut. */
export function Counter({ value, limit }: { value: string; limit: TextLimit }) {
  const size = sizeOf(value, limit);
  const over = size > limit.max;
  return (
    <Text size="xs" c={over ? 'var(--mantine-color-error)' : 'dimmed'} fw={over ? 600 : undefined}>
      {size} of {limit.max} {limit.unit}
    </Text>
  );
}
