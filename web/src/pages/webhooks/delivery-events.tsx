import { Anchor, Table, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { DeliveryDetails } from '../../api/delivery-views.js';
import { AccountName } from '../../components/account-name.js';
import { StatusBadge } from '../../components/status-badge.js';
import { inWords } from '../../words/kinds.js';
import { outcomeText } from '../../words/outcome-text.js';

interface DeliveryEventsProps {
  events: DeliveryDetails['events'];
  names: ReadonlyMap<string, string>;
}

/** What was in a delivery, and what became of each. */
export function DeliveryEvents({ events, names }: DeliveryEventsProps) {
  if (events.length === 0) return <Text size="sm">It held no event that could be understood.</Text>;
  return (
    <Table aria-label="Events" verticalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Event</Table.Th>
          <Table.Th visibleFrom="sm">Account</Table.Th>
          <Table.Th visibleFrom="md">Person</Table.Th>
          <Table.Th>What became of it</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {events.map((event) => (
          <Table.Tr key={event.identity}>
            <Table.Td>{inWords(event.kind)}</Table.Td>
            <Table.Td visibleFrom="sm">
              <Text size="sm">
                <AccountName id={event.account} />
              </Text>
            </Table.Td>
            <Table.Td visibleFrom="md">
              <Text size="sm" ff="monospace">
                {event.person ?? '–'}
              </Text>
            </Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
              <EventResult event={event} names={names} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function EventResult({
  event: { job },
  names,
}: { event: DeliveryDetails['events'][number] } & Pick<DeliveryEventsProps, 'names'>) {
  if (!job) return <Text size="sm">Its job is no longer kept.</Text>;
  const error = job.status === 'completed' ? undefined : job.errors.at(-1);
  return (
    <>
      <StatusBadge status={job.status} />{' '}
      <Anchor component={Link} href={`/jobs/${job.id}`} size="sm" underline="always">
        {job.outcome ? outcomeText(job.outcome, names.get(job.outcome.automation ?? '')) : 'See its job'}
      </Anchor>
      {error && (
        <Text size="sm" ff="monospace">
          {error.code}
        </Text>
      )}
    </>
  );
}
