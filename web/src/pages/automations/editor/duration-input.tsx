import { Group, NativeSelect, NumberInput } from '@mantine/core';
import { useState } from 'react';
import { durationMs, durationUnits, splitDuration, type DurationUnit } from './duration.js';
import { useField } from './form-errors.js';

interface DurationInputProps {
  label: string;
  description?: string;
  path: string;
  valueMs: number;
  onChange(ms: number): void;
}

/** A number and a unit. */
export function DurationInput({ label, description, path, valueMs, onChange }: DurationInputProps) {
  const field = useField(path);
  // Kept while somebody types: 60 minutes must not turn into 1 hour under the cursor.
  const [unit, setUnit] = useState<DurationUnit>(() => splitDuration(valueMs).unit);
  const count = valueMs / durationMs(1, unit);
  return (
    <Group align="flex-end" gap="xs" wrap="nowrap" maw={360}>
      <NumberInput
        label={label}
        description={description}
        value={count}
        min={0}
        onChange={(next) => onChange(durationMs(Number(next) || 0, unit))}
        flex={1}
        {...field}
      />
      <NativeSelect
        aria-label={`Unit of ${label}`}
        data={durationUnits.map(({ name }) => name)}
        value={unit}
        onChange={(event) => {
          const next = event.currentTarget.value as DurationUnit;
          setUnit(next);
          onChange(durationMs(count, next));
        }}
      />
    </Group>
  );
}
