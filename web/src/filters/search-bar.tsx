import { Group, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface SearchBarProps {
  /** What is looked for, for example "Name or keyword". */
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
  /** Choices beside it. */
  children: ReactNode;
}

/** Above a list that is found in by one text and a few choices. */
export function SearchBar({ placeholder, value, onChange, children }: SearchBarProps) {
  return (
    <Group mb="md" gap="sm" component="search" aria-label="Filters">
      <TextInput
        type="search"
        aria-label={`Search by ${placeholder.charAt(0).toLowerCase()}${placeholder.slice(1)}`}
        placeholder={placeholder}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
        flex={1}
        miw={180}
      />
      {children}
    </Group>
  );
}
