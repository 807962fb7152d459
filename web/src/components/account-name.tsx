import { useAccountName } from '../api/use-accounts.js';

/** An account by its username, with its id on hover; by its id where it is not connected. */
export function AccountName({ id }: { id: string | null }) {
  const nameOf = useAccountName();
  if (id === null) return <>–</>;
  return (
    <span title={id} style={{ overflowWrap: 'break-word' }}>
      {nameOf(id)}
    </span>
  );
}
