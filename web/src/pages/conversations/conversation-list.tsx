import { Center, Group, Loader, Paper, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { usePagedList } from '../../api/use-paged-list.js';
import { EmptyState } from '../../components/empty-state.js';
import { ErrorState } from '../../components/error-state.js';
import { LoadMore } from '../../components/load-more.js';
import { Time } from '../../components/time.js';
import { nameOf, type ListedConversation } from './conversation-types.js';
import classes from './conversations.module.css';
import { previewOf } from './entry-words.js';
import { StateBadges, stateOptions } from './state-badges.js';
import { useAccounts } from '../../api/use-accounts.js';

const REFRESH_MS = 5000;
const TYPING_PAUSE_MS = 250;

export function ConversationList({ selected }: { selected: string | undefined }) {
  const [text, setText] = useState('');
  const [tag, setTag] = useState('');
  const [state, setState] = useState<string | null>(null);
  const [account, setAccount] = useState<string | null>(null);
  const [filters] = useDebouncedValue(
    { text: text.trim(), tag: tag.trim(), state, account },
    TYPING_PAUSE_MS,
  );
  const { data: accounts = [] } = useAccounts();
  const list = usePagedList<ListedConversation>('/conversations', filters, { refetchInterval: REFRESH_MS });
  const isFiltered = Object.values(filters).some((value) => value !== null && value !== '');
  return (
    <Paper withBorder className={classes.list} component="section" aria-label="List of conversations">
      <Stack gap={6} p="xs">
        <TextInput
          aria-label="Search by name"
          placeholder="Search by name or id"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <SimpleGrid cols={2} spacing={6}>
          <Select
            aria-label="State"
            placeholder="Any state"
            data={stateOptions}
            value={state}
            onChange={setState}
            clearable
            clearButtonProps={{ 'aria-label': 'Clear the state' }}
          />
          <TextInput
            aria-label="Tag"
            placeholder="Any tag"
            value={tag}
            onChange={(event) => setTag(event.currentTarget.value)}
          />
        </SimpleGrid>
        {accounts.length > 1 && (
          <Select
            aria-label="Account"
            placeholder="All accounts"
            data={accounts.map(({ instagramId, username }) => ({
              value: instagramId,
              label: `@${username}`,
            }))}
            value={account}
            onChange={setAccount}
            clearable
            clearButtonProps={{ 'aria-label': 'Clear the account' }}
          />
        )}
      </Stack>
      {list.error ? (
        <ErrorState error={list.error} onRetry={list.reload} />
      ) : list.isLoading ? (
        <Center py="xl">
          <Loader aria-label="Loading" />
        </Center>
      ) : list.items.length === 0 && !list.hasMore ? (
        <EmptyState
          title={isFiltered ? 'No conversation fits' : 'No conversations yet'}
          text={
            isFiltered ? 'Try fewer filters.' : 'They appear here as soon as somebody writes or comments.'
          }
        />
      ) : (
        <Items items={list.items} selected={selected} more={<LoadMore list={list} />} />
      )}
    </Paper>
  );
}

interface ItemsProps {
  items: ListedConversation[];
  selected: string | undefined;
  more: React.ReactNode;
}

function Items({ items, selected, more }: ItemsProps) {
  // One that became active while pages were read may be on two of them.
  const unique = [...new Map(items.map((item) => [item.id, item])).values()];
  return (
    <ol className={classes.items}>
      {unique.map((conversation) => (
        <li key={conversation.id}>
          <Link
            className={classes.item}
            href={`/conversations/${conversation.id}`}
            aria-current={conversation.id === selected ? 'true' : undefined}
          >
            <Group justify="space-between" wrap="nowrap" gap="xs">
              <Text fw={600} size="sm" truncate>
                {nameOf(conversation)}
              </Text>
              <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
                <Time at={conversation.activeAt} />
              </Text>
            </Group>
            <Text size="sm" c="dimmed" truncate>
              {previewOf(conversation)}
            </Text>
            <StateBadges states={conversation.states} />
          </Link>
        </li>
      ))}
      <li>{more}</li>
    </ol>
  );
}
