import { Anchor, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { DeadLetterGroup } from '../../api/job-views.js';
import { useAccountName } from '../../api/use-accounts.js';
import { Time } from '../../components/time.js';
import { inWords } from '../../words/kinds.js';
import { count, jobs } from '../../words/numbers.js';
import type { BulkRequest } from './bulk-dialog.js';

interface ErrorGroupsProps {
  groups: DeadLetterGroup[];
  /** How many of the newest dead jobs the groups are made of. */
  lookedAt: number;
  /** Not there for who may only read. */
  onBulk: ((request: BulkRequest) => void) | undefined;
}

const MAX_NAMED = 3;

/** Dead jobs by what killed them: one cause is mended once, and all of its jobs go on together. */
export function ErrorGroups({ groups, lookedAt, onBulk }: ErrorGroupsProps) {
  return (
    <Stack gap="xs" mb="md" component="section" aria-label="By error">
      {groups.map((group) => (
        <ErrorGroup key={group.code ?? ''} group={group} onBulk={onBulk} />
      ))}
      {lookedAt >= 3000 && (
        <Text size="xs" c="dimmed">
          Of the newest {count(lookedAt)} dead jobs.
        </Text>
      )}
    </Stack>
  );
}

function ErrorGroup({ group, onBulk }: { group: DeadLetterGroup } & Pick<ErrorGroupsProps, 'onBulk'>) {
  const { code, message } = group;
  const nameOf = useAccountName();
  return (
    <Paper withBorder p="sm" data-group={code ?? ''}>
      <Group justify="space-between" align="flex-start" wrap="wrap">
        <Stack gap={2} style={{ flex: '1 1 20rem', minWidth: 0 }}>
          <Group gap="xs">
            <Text fw={700}>{jobs(group.count)}</Text>
            {code === null ? (
              <Text>no error kept</Text>
            ) : (
              <Anchor
                component={Link}
                href={`/dead-letters?lastError=${encodeURIComponent(code)}`}
                ff="monospace"
                size="sm"
                underline="always"
              >
                {code}
              </Anchor>
            )}
          </Group>
          {message !== null && (
            <Text size="sm" lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
              {message}
            </Text>
          )}
          <Text size="xs" c="dimmed">
            {describe(group, nameOf)}; died <Time at={group.lastAt} />
            {group.firstAt !== group.lastAt && (
              <>
                , the first <Time at={group.firstAt} />
              </>
            )}
          </Text>
        </Stack>
        {onBulk && code !== null && <GroupActions code={code} onBulk={onBulk} />}
      </Group>
    </Paper>
  );
}

function GroupActions({ code, onBulk }: { code: string; onBulk: (request: BulkRequest) => void }) {
  const request = (action: BulkRequest['action']): BulkRequest => ({
    action,
    filter: { lastError: code },
    which: `that died of ${code}`,
  });
  return (
    <Group gap="xs">
      <Button size="xs" onClick={() => onBulk(request('redrive'))} aria-label={`Redrive all of ${code}`}>
        Redrive all
      </Button>
      <Button
        size="xs"
        variant="default"
        onClick={() => onBulk(request('discard'))}
        aria-label={`Discard all of ${code}`}
      >
        Discard all
      </Button>
    </Group>
  );
}

/** Which kinds and accounts, a few by name. */
function describe(
  { kinds, accounts, accountCount }: DeadLetterGroup,
  nameOf: (account: string) => string,
): string {
  const more = accountCount > MAX_NAMED ? ` and ${count(accountCount - MAX_NAMED)} more` : '';
  const named = accounts
    .slice(0, MAX_NAMED)
    .map((account) => nameOf(account))
    .join(', ');
  return [kinds.map(inWords).join(', '), ...(named === '' ? [] : [`${named}${more}`])].join('; ');
}
