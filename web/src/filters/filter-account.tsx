import { useAccounts } from '../api/use-accounts.js';
import { FilterChoice } from './filter-choice.js';
import { FilterText } from './filter-text.js';

/** More than these are quicker found by typing. */
const MOST_CHOICES = 200;

interface FilterAccountProps {
  /** The account's Instagram id, or empty. */
  value: string;
  onChange: (value: string) => void;
}

/** One of the connected accounts, or one that was connected once and is named in the address. */
export function FilterAccount({ value, onChange }: FilterAccountProps) {
  const { data: accounts = [] } = useAccounts();
  if (accounts.length === 0 || accounts.length > MOST_CHOICES) {
    return <FilterText label="Account" placeholder="Instagram id" value={value} onChange={onChange} />;
  }
  const options = accounts.map(({ instagramId, username }) => ({
    value: instagramId,
    label: `@${username}`,
  }));
  const isKnown = value === '' || accounts.some(({ instagramId }) => instagramId === value);
  return (
    <FilterChoice
      label="Account"
      value={value}
      onChange={onChange}
      options={isKnown ? options : [...options, { value, label: value }]}
    />
  );
}
