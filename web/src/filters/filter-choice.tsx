import { NativeSelect } from '@mantine/core';
import { inWords } from '../words/kinds.js';

interface FilterChoiceProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  options: readonly { value: string; label: string }[];
  /** What it says while nothing is chosen. */
  any?: string;
}

/** One of a few. The browser's own control: quick by keyboard, and right on phones. */
export function FilterChoice({ label, value, onChange, options, any = 'Any' }: FilterChoiceProps) {
  return (
    <NativeSelect
      label={label}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      data={[
        { value: '', label: any },
        ...options.map((option) => ({ value: option.value, label: option.label })),
      ]}
    />
  );
}

/** Options whose labels are their values in words. */
export const optionsOf = (values: readonly string[]): { value: string; label: string }[] =>
  values.map((value) => ({ value, label: inWords(value) }));
