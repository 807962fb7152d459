import { Code, List, Stack, Table, Text } from '@mantine/core';
import { ScrollRegion } from '../../../components/scroll-region.js';
import { StatusBadge, type Tone } from '../../../components/status-badge.js';
import { countsInWords, type ImportCounts, type ImportReport } from './import-report.js';

const tones: Record<keyof ImportCounts, Tone> = {
  created: 'good',
  updated: 'info',
  unchanged: 'neutral',
  failed: 'bad',
};
const labels: Record<keyof ImportCounts, string> = {
  created: 'new',
  updated: 'changed',
  unchanged: 'the same',
  failed: 'wrong',
};

/** What would be, or was, made of a file. */
export function ImportReportView({ report }: { report: ImportReport }) {
  const { automations, contacts, items, errors, moreErrors, warnings } = report;
  return (
    <Stack gap="sm">
      <Text size="sm">
        <b>Automations:</b> {countsInWords(automations)}. <b>Contacts:</b> {countsInWords(contacts)}.
      </Text>
      {items.length > 0 && (
        <ScrollRegion label="Automations in the file" maxHeight={220}>
          <Table>
            <Table.Tbody>
              {items.map(({ path, name, result }) => (
                <Table.Tr key={path}>
                  <Table.Td>{name ?? path}</Table.Td>
                  <Table.Td ta="right">
                    <StatusBadge status={result} tone={tones[result]} label={labels[result]} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollRegion>
      )}
      <Notes title="Left out, since it is wrong" notes={errors} />
      {moreErrors > 0 && <Text size="sm">And {moreErrors.toLocaleString()} more.</Text>}
      <Notes title="Needs your hand afterwards" notes={warnings} />
    </Stack>
  );
}

function Notes({ title, notes }: { title: string; notes: ImportReport['errors'] }) {
  if (notes.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      <ScrollRegion label={title} maxHeight={160}>
        <List size="sm">
          {notes.map(({ path, message }) => (
            <List.Item key={`${path} ${message}`}>
              <Code>{path}</Code> {message}
            </List.Item>
          ))}
        </List>
      </ScrollRegion>
    </div>
  );
}
