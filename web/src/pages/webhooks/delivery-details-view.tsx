import { Code, List } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/api-client.js';
import type { DeliveryDetails } from '../../api/delivery-views.js';
import { useAutomationNames } from '../../api/use-automation-names.js';
import { BackLink } from '../../components/back-link.js';
import { ErrorState } from '../../components/error-state.js';
import { Fact, Facts } from '../../components/facts.js';
import { JsonView } from '../../components/json-view.js';
import { LoadingState } from '../../components/loading-state.js';
import { PageHeader } from '../../components/page-header.js';
import { Section } from '../../components/section.js';
import { Time } from '../../components/time.js';
import { DeliveryEvents } from './delivery-events.js';
import { signatureText } from './delivery-text.js';
import { TryAgain } from './try-again.js';

const REFRESH_MS = 2000;

/** Everything that is known of one delivery. */
export function DeliveryDetailsView({ id }: { id: string }) {
  const {
    data: delivery,
    error,
    refetch,
  } = useQuery({
    queryKey: ['delivery', id],
    queryFn: ({ signal }) => api.get<DeliveryDetails>(`/webhook-logs/${encodeURIComponent(id)}`, {}, signal),
    refetchInterval: ({ state }) => (state.data && !isOver(state.data) ? REFRESH_MS : false),
  });
  const names = useAutomationNames(delivery?.events[0]?.account ?? null);
  return (
    <>
      <BackLink href="/webhooks">All deliveries</BackLink>
      <PageHeader title="Delivery" />
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!delivery && !error && <LoadingState />}
      {delivery && (
        <>
          <Section title="Summary">
            <Facts>
              <Fact name="Received">
                <Time at={delivery.receivedAt} />
              </Fact>
              <Fact name="Signed by">{signatureText(delivery.signedBy)}</Fact>
              <Fact name="Events">{delivery.events.length}</Fact>
              <Fact name="Rejected">{delivery.rejected.length}</Fact>
              <Fact name="Id">{delivery.id}</Fact>
              <Fact name="Deleted">
                <Time at={delivery.expiresAt} />
              </Fact>
            </Facts>
          </Section>
          <Section title="Events">
            <DeliveryEvents events={delivery.events} names={names} />
          </Section>
          {delivery.rejected.length > 0 && <Rejected rejected={delivery.rejected} />}
          {delivery.events.length > 0 && <TryAgain id={id} names={names} />}
          <Section title="Body">
            <JsonView value={delivery.body} label="Body as JSON" />
          </Section>
        </>
      )}
    </>
  );
}

const isOver = ({ events }: DeliveryDetails) => events.every(({ job }) => !job || job.finishedAt !== null);

function Rejected({ rejected }: Pick<DeliveryDetails, 'rejected'>) {
  return (
    <Section title="Rejected">
      <List size="sm" spacing={4}>
        {rejected.map(({ at, reason }) => (
          <List.Item key={`${at} ${reason}`}>
            <Code>{at}</Code> {reason}
          </List.Item>
        ))}
      </List>
    </Section>
  );
}
