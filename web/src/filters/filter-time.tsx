import { TextInput } from '@mantine/core';
import { FilterChoice } from './filter-choice.js';
import { fromInput, sinceOptions, toInput, type TimeFilter } from './time-range.js';

const CUSTOM = 'custom';

interface FilterTimeProps {
  value: TimeFilter;
  onChange: (change: TimeFilter) => void;
}

/** A time back from now, or one between two moments in the viewer's zone. */
export function FilterTime({ value, onChange }: FilterTimeProps) {
  const { since, from, to } = value;
  const isCustom = since === CUSTOM || from !== '' || to !== '';
  const bound = (name: 'from' | 'to', label: string) => (
    <TextInput
      type="datetime-local"
      label={label}
      value={toInput(value[name])}
      onChange={({ currentTarget }) =>
        onChange({ ...value, since: CUSTOM, [name]: fromInput(currentTarget.value) })
      }
    />
  );
  return (
    <>
      <FilterChoice
        label="Time"
        any="Any time"
        value={isCustom ? CUSTOM : since}
        onChange={(next) => onChange({ since: next, from: '', to: '' })}
        options={[...sinceOptions, { value: CUSTOM, label: 'Between two times …' }]}
      />
      {isCustom && bound('from', 'From')}
      {isCustom && bound('to', 'Before')}
    </>
  );
}
