import { Badge, Group, Stack, Text } from '@mantine/core';
import type { Message } from '../../api/job-views.js';
import { StatusBadge } from '../../components/status-badge.js';
import { Time } from '../../components/time.js';
import { inWords } from '../../words/kinds.js';

interface JobMessagesProps {
  messages: Message[];
  names: ReadonlyMap<string, string>;
}

/** What a job sent, or tried to. */
export function JobMessages({ messages, names }: JobMessagesProps) {
  if (messages.length === 0) return <Text size="sm">It has sent nothing.</Text>;
  return (
    <Stack gap="sm">
      {messages.map((message) => (
        <div key={message.id}>
          <Group gap="xs">
            <StatusBadge status={message.status} />
            <Text size="sm">
              {inWords(message.type)} of “{names.get(message.automation) ?? message.automation}”
            </Text>
            {message.possibleDuplicate && (
              <Badge radius="sm" tt="none" color="orange.3" c="black" title="It may have arrived twice">
                possible duplicate
              </Badge>
            )}
            <Text size="xs" c="dimmed" span>
              <Time at={message.createdAt} />
            </Text>
          </Group>
          <MessageText message={message} />
        </div>
      ))}
    </Stack>
  );
}

function MessageText({ message: { text, error } }: { message: Message }) {
  return (
    <>
      {text !== undefined && (
        <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {text}
        </Text>
      )}
      {error !== undefined && (
        <Text size="sm" ff="monospace">
          {error}
        </Text>
      )}
    </>
  );
}
