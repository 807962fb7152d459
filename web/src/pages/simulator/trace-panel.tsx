import { Accordion, Group, Text } from '@mantine/core';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { StatusBadge } from '../../components/status-badge.js';
import { TraceSteps } from './trace-steps.js';
import { useTraces, type Sides } from './use-simulator.js';

/** What became of each thing that the customer did, the newest first and open. */
export function TracePanel({ sides }: { sides: Sides }) {
  const { data, error, isLoading } = useTraces(sides);
  if (error) return <ErrorState error={error} />;
  const traces = data?.items ?? [];
  const [newest] = traces;
  if (!newest) {
    return isLoading ? null : (
      <EmptyState
        title="Nothing yet"
        text="What the customer does is followed here: webhook, job, rules, answer, echo."
      />
    );
  }
  return (
    // Keyed by the newest, which is the one to be open.
    <Accordion key={newest.id} defaultValue={newest.id} variant="contained">
      {traces.map((trace) => (
        <Accordion.Item key={trace.id} value={trace.id}>
          <Accordion.Control>
            <Group gap="xs" wrap="nowrap">
              <StatusBadge
                status={trace.job?.status ?? 'stored'}
                label={String(trace.job?.status ?? 'no job').replaceAll('_', ' ')}
              />
              <Text size="sm" truncate>
                {trace.kind.replaceAll('_', ' ')}
                {trace.text !== null && `: ${trace.text}`}
              </Text>
            </Group>
          </Accordion.Control>
          <Accordion.Panel>
            <TraceSteps trace={trace} />
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}
