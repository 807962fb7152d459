import { TextInput } from '@mantine/core';
import { useField } from '../editor/form-errors.js';

interface PlainTextProps {
  label: string;
  description?: string;
  placeholder?: string;
  disabled?: boolean;
  path: string;
  value: string;
  onChange(value: string): void;
}

/** A line of text, with what the server says against it. */
export function PlainText({ path, value, onChange, ...shown }: PlainTextProps) {
  return (
    <TextInput
      {...shown}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      {...useField(path)}
    />
  );
}
