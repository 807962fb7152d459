import Table from 'cli-table3';

const NO_LINE = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };

/** Names on the left, figures on the right, without colours: it is also read in logs. */
export function keyValueTable(rows: readonly (readonly [string, string])[]): string {
  const table = new Table({ colAligns: ['left', 'right'], chars: NO_LINE, style: { head: [], border: [] } });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}
