import { Group, Select, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { usePagedList } from '../../api/use-paged-list.js';
import { ListBody } from '../../components/list-body.js';
import { PageHeader } from '../../components/page-header.js';
import { StatusBadge } from '../../components/status-badge.js';
import { Time } from '../../components/time.js';
import { actionOf, whoIs, type AuditEntry } from './audit-entry.js';

const TYPING_MS = 300;

export default function AuditLogPage() {
  const [role, setRole] = useState<string | null>(null);
  const [result, setResult] = useState<string | null>(null);
  const [target, setTarget] = useState('');
  const [address, setAddress] = useState('');
  const [typed] = useDebouncedValue({ target: target.trim(), address: address.trim() }, TYPING_MS);
  const list = usePagedList<AuditEntry>('/audit-log', { role, result, ...typed });
  return (
    <>
      <PageHeader title="Audit log" />
      <Group mb="md" align="flex-end">
        <Select
          label="Who"
          placeholder="Anybody"
          clearable
          clearButtonProps={{ 'aria-label': 'Anybody' }}
          data={[
            { value: 'admin', label: 'Admin token' },
            { value: 'reader', label: 'Read-only tokens' },
            { value: 'none', label: 'No right token' },
          ]}
          value={role}
          onChange={setRole}
        />
        <Select
          label="Result"
          placeholder="Any"
          clearable
          clearButtonProps={{ 'aria-label': 'Any' }}
          data={[
            { value: 'done', label: 'Done' },
            { value: 'refused', label: 'Refused or failed' },
          ]}
          value={result}
          onChange={setResult}
        />
        <TextInput
          label="Id"
          description="of an account, job, automation …"
          value={target}
          onChange={(event) => setTarget(event.currentTarget.value)}
        />
        <TextInput
          label="Address"
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
      </Group>
      <ListBody
        list={list}
        filterKey={JSON.stringify([role, result, typed])}
        empty={{
          title: 'Nothing is recorded here',
          text: 'Changes by the dashboard, the API and the command line appear here.',
        }}
      >
        <Entries entries={list.items} isStale={list.isStale} />
      </ListBody>
    </>
  );
}

/** Changes as rows; on narrow screens what says least goes. */
function Entries({ entries, isStale }: { entries: AuditEntry[]; isStale: boolean }) {
  return (
    <Table aria-busy={isStale} aria-label="Entries" verticalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>When</Table.Th>
          <Table.Th>What</Table.Th>
          <Table.Th visibleFrom="md">Id</Table.Th>
          <Table.Th visibleFrom="lg">Fields</Table.Th>
          <Table.Th visibleFrom="xs">Who</Table.Th>
          <Table.Th visibleFrom="sm">From</Table.Th>
          <Table.Th>Result</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {entries.map((entry) => (
          <EntryRow key={entry.id} entry={entry} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function EntryRow({ entry }: { entry: AuditEntry }) {
  const failed = entry.status >= 400;
  return (
    <Table.Tr>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        <Time at={entry.at} />
      </Table.Td>
      <Table.Td>
        <span title={`${entry.method} ${entry.route}`}>{actionOf(entry)}</span>
      </Table.Td>
      <Table.Td visibleFrom="md">
        <Text size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
          {entry.target ?? '–'}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="lg">{entry.fields.join(', ') || '–'}</Table.Td>
      <Table.Td visibleFrom="xs">{whoIs(entry.caller)}</Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="xs" ff="monospace">
          {entry.address}
        </Text>
      </Table.Td>
      <Table.Td>
        <StatusBadge
          status={failed ? 'failed' : 'done'}
          tone={failed ? 'bad' : 'good'}
          label={failed ? `${entry.status} ${entry.code ?? ''}`.trim() : 'done'}
        />
      </Table.Td>
    </Table.Tr>
  );
}
