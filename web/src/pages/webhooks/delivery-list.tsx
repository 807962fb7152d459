import { Anchor, Table, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { Delivery } from '../../api/delivery-views.js';
import { useAccountName } from '../../api/use-accounts.js';
import { usePagedList } from '../../api/use-paged-list.js';
import { ListBody } from '../../components/list-body.js';
import { PageHeader } from '../../components/page-header.js';
import { ReloadButton } from '../../components/reload-button.js';
import { StatusBadge } from '../../components/status-badge.js';
import { Time } from '../../components/time.js';
import { toQuery } from '../../filters/time-range.js';
import { useFilters } from '../../filters/use-filters.js';
import { DeliveryFilterBar, deliveryFilterNames } from './delivery-filters.js';
import { eventsText, signatureText } from './delivery-text.js';

/** What Instagram delivered, the newest first. */
export function DeliveryList() {
  const filters = useFilters(deliveryFilterNames);
  const query = toQuery(filters.values);
  const list = usePagedList<Delivery>('/webhook-logs', query);
  return (
    <>
      <PageHeader title="Webhooks">
        <ReloadButton onClick={list.reload} />
      </PageHeader>
      <DeliveryFilterBar filters={filters} />
      <ListBody
        list={list}
        filterKey={JSON.stringify(query)}
        empty={
          filters.isEmpty
            ? {
                title: 'No deliveries yet',
                text: 'Only those with a valid signature are kept; refused ones are in the log of the server.',
              }
            : { title: 'No delivery fits these filters', text: 'Deliveries are kept for 7 days.' }
        }
      >
        <Table
          aria-label="Deliveries"
          highlightOnHover
          verticalSpacing="xs"
          stickyHeader
          stickyHeaderOffset={56}
        >
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Received</Table.Th>
              <Table.Th>Events</Table.Th>
              <Table.Th visibleFrom="md">Account</Table.Th>
              <Table.Th visibleFrom="sm">Signed by</Table.Th>
              <Table.Th>Rejected</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {list.items.map((delivery) => (
              <DeliveryRow key={delivery.id} delivery={delivery} />
            ))}
          </Table.Tbody>
        </Table>
      </ListBody>
    </>
  );
}

function DeliveryRow({ delivery: { id, receivedAt, events, rejected, signedBy } }: { delivery: Delivery }) {
  const nameOf = useAccountName();
  const accounts = [...new Set(events.map(({ account }) => account))];
  return (
    <Table.Tr data-delivery={id}>
      <Table.Td>
        <Anchor component={Link} href={`/webhooks/${id}`} size="sm" underline="always">
          <Time at={receivedAt} />
        </Anchor>
      </Table.Td>
      <Table.Td>
        <Text size="sm">{events.length === 0 ? 'none' : eventsText(events)}</Text>
      </Table.Td>
      <Table.Td visibleFrom="md">
        <Text size="sm">
          {accounts.length > 2
            ? `${accounts.length} accounts`
            : accounts.map((account) => nameOf(account)).join(', ') || '–'}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="sm">{signatureText(signedBy)}</Text>
      </Table.Td>
      <Table.Td>
        {rejected.length === 0 ? (
          '–'
        ) : (
          <StatusBadge status="rejected" tone="bad" label={`${rejected.length}`} />
        )}
      </Table.Td>
    </Table.Tr>
  );
}
