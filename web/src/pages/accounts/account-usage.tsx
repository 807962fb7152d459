import { Group, Progress, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/api-client.js';
import { ErrorState } from '../../components/error-state.js';
import { Time } from '../../components/time.js';
import { Fact } from './account-fact.js';
import { quotaInWords, shareUsed, type Quota } from './account-words.js';

interface Usage {
  quotas: {
    text: Quota;
    media: Quota;
    privateReply: Quota;
    calls: { percent: number; at: string } | null;
  };
  activity: {
    lastEventAt: string | null;
    automations: { total: number; enabled: number };
    contacts: number;
    today: { fired: number; sent: number; failed: number };
  };
}

const REFRESH_MS = 5000;

/** What it has used of Instagram's limits, and what it did. */
export function AccountUsage({ instagramId }: { instagramId: string }) {
  const { data, error } = useQuery({
    queryKey: ['account-usage', instagramId],
    queryFn: ({ signal }) => api.get<Usage>(`/accounts/${instagramId}/usage`, {}, signal),
    refetchInterval: REFRESH_MS,
  });
  if (error) return <ErrorState error={error} />;
  if (!data) return null;
  const { quotas, activity } = data;
  const { calls } = quotas;
  const { automations, today } = activity;
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        <Fact label="Last event">
          {activity.lastEventAt === null ? 'none lately' : <Time at={activity.lastEventAt} />}
        </Fact>
        <Fact label="Switched on">
          {automations.enabled} of {automations.total}
        </Fact>
        <Fact label="Contacts">{activity.contacts.toLocaleString()}</Fact>
        <Fact label="Today">
          fired {today.fired.toLocaleString()}, sent {today.sent.toLocaleString()}
          {today.failed > 0 && `, failed ${today.failed.toLocaleString()}`}
        </Fact>
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
        <Bar
          label="Private replies"
          words={quotaInWords(quotas.privateReply)}
          share={shareUsed(quotas.privateReply)}
        />
        <Bar label="Texts" words={quotaInWords(quotas.text)} share={shareUsed(quotas.text)} />
        <Bar label="Audio and video" words={quotaInWords(quotas.media)} share={shareUsed(quotas.media)} />
        <Bar
          label="Calls, by Instagram’s count"
          words={calls === null ? 'nothing heard lately' : `${calls.percent} % of an hour’s`}
          share={calls?.percent ?? 0}
        />
      </SimpleGrid>
    </Stack>
  );
}

function Bar({ label, words, share }: { label: string; words: string; share: number }) {
  return (
    <div>
      <Group justify="space-between" gap={4} mb={4}>
        <Text size="xs" fw={600}>
          {label}
        </Text>
        <Text size="xs" c="dimmed">
          {words}
        </Text>
      </Group>
      <Progress.Root size="sm">
        <Progress.Section
          value={Math.min(share, 100)}
          color={share >= 80 ? 'red' : 'indigo'}
          aria-label={`${label}: ${words}`}
        />
      </Progress.Root>
    </div>
  );
}
