import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';

const TYPING_MS = 350;

interface FilterTextProps {
  label: string;
  placeholder?: string;
  value: string;
  onChange: (value: string) => void;
}

/** Searches once typing has paused, or at once with Enter. */
export function FilterText({ label, placeholder, value, onChange }: FilterTextProps) {
  const [typed, setTyped] = useState(value);
  const sent = useRef(value);
  const send = (next: string) => {
    sent.current = next.trim();
    onChange(sent.current);
  };
  const sendLater = useDebouncedCallback(send, TYPING_MS);
  useEffect(() => {
    // Changed from elsewhere: the filters were cleared, or one went back.
    if (value !== sent.current) setTyped(value);
    sent.current = value;
  }, [value]);
  return (
    <TextInput
      label={label}
      placeholder={placeholder}
      value={typed}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        sendLater(currentTarget.value);
      }}
      onKeyDown={({ key }) => {
        if (key === 'Enter') send(typed);
      }}
    />
  );
}
