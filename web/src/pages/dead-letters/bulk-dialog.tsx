import { Button, Group, Modal, NumberInput, Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/api-client.js';
import { ErrorState } from '../../components/error-state.js';
import { notifyDone, notifyFailed } from '../../components/notify.js';
import { duration, jobs } from '../../words/numbers.js';
import { useBulk, type BulkAction } from './use-bulk.js';

export interface BulkRequest {
  action: BulkAction;
  filter: Record<string, unknown>;
  /** Which jobs, in words: "that are selected". */
  which: string;
}

interface BulkDialogProps {
  request: BulkRequest;
  onClose: () => void;
}

const MAX_RATE = 1000;

/** Counts first what would be done, asks, does it, and shows how far it is. */
export function BulkDialog({ request: { action, filter, which }, onClose }: BulkDialogProps) {
  const [rate, setRate] = useState<number | string>('');
  const bulk = useBulk();
  const dryRun = useQuery({
    queryKey: ['dry-run', action, filter],
    queryFn: () => api.post<{ matched: number }>(`/dead-letters/${action}`, { ...filter, dryRun: true }),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  const matched = dryRun.data?.matched;
  const paced = typeof rate === 'number' && rate > 0 ? rate : null;
  const verb = action === 'redrive' ? 'Redrive' : 'Discard';
  const isRunning = bulk.done !== null;
  const start = async () => {
    try {
      const total = await bulk.run({ action, filter, matched: matched!, rate: paced });
      notifyDone(`${jobs(total)} ${action === 'redrive' ? 'redriven' : 'discarded'}.`);
      onClose();
    } catch (error) {
      notifyFailed(error);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={`${verb} dead jobs ${which}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
      closeOnClickOutside={!isRunning}
      closeOnEscape={!isRunning}
      withCloseButton={!isRunning}
    >
      <Stack gap="sm">
        {dryRun.error && <ErrorState error={dryRun.error} onRetry={() => void dryRun.refetch()} />}
        <Text size="sm" component="output">
          {matched === undefined ? 'Counting …' : explain(action, matched)}
        </Text>
        {action === 'redrive' && matched !== 0 && (
          <NumberInput
            label="Jobs a second"
            description={paceText(paced, matched)}
            placeholder="All at once"
            min={1}
            max={MAX_RATE}
            value={rate}
            onChange={setRate}
            disabled={isRunning}
          />
        )}
        {isRunning && (
          <Progress
            value={(100 * bulk.done!) / Math.max(1, matched ?? 1)}
            aria-label={`${bulk.done} of ${matched}`}
            animated
          />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={isRunning ? bulk.stop : onClose}>
            {isRunning ? 'Stop' : 'Cancel'}
          </Button>
          <Button
            {...(action === 'discard' && { color: 'red.8' })}
            loading={isRunning}
            disabled={!matched}
            onClick={() => void start()}
          >
            {matched ? `${verb} ${jobs(matched)}` : verb}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function explain(action: BulkAction, matched: number): string {
  if (matched === 0) return 'No dead job matches (any more).';
  return action === 'redrive'
    ? `${jobs(matched)} will run again from the start, with new tries. What was sent is not sent again.`
    : `${jobs(matched)} will never run again, and what is kept of their content is deleted. This can’t be undone.`;
}

function paceText(rate: number | null, matched: number | undefined): string {
  if (rate === null) return 'Leave it empty for all at once; a rate spares what has just recovered.';
  return `The last one is due in ${duration(((matched ?? 0) * 1000) / rate)}.`;
}
