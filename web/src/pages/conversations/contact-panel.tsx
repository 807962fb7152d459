import { Anchor, Button, Group, Paper, Stack, TagsInput, Text, Title } from '@mantine/core';
import { Link } from 'wouter';
import { AccountName } from '../../components/account-name.js';
import { Time } from '../../components/time.js';
import { useCanWrite } from '../../session/use-session.js';
import { AttributeEditor } from './attribute-editor.js';
import type { ConversationPage } from './conversation-types.js';
import classes from './conversations.module.css';
import { PauseControl } from './pause-control.js';
import { useContactChange } from './use-contact-change.js';
import { WindowState } from './window-state.js';

interface ContactPanelProps {
  conversation: ConversationPage;
  /** Names by id. */
  automations: Record<string, string>;
  /** When this was read, in ms since the epoch. */
  nowMs: number;
}

/** What is known of the person, and what may be changed about the conversation. */
export function ContactPanel({ conversation, automations, nowMs }: ContactPanelProps) {
  const { id, account, person, tags, ask, waits, firstSeenAt } = conversation;
  const canWrite = useCanWrite();
  const { change, isChanging } = useContactChange(id);
  return (
    <Paper withBorder p="sm" className={classes.panel} component="aside" aria-label="Contact">
      <Stack gap="sm">
        <Section title="Automations">
          <PauseControl conversation={conversation} change={change} isChanging={isChanging} />
        </Section>
        <Section title="24-hour window">
          <WindowState closesAt={conversation.windowClosesAt} nowMs={nowMs} />
        </Section>
        {ask && (
          <Section title="Question pending">
            <Text size="sm">
              {automations[ask.automation] ?? 'An automation'} asked for “{ask.attribute}”; the answer counts
              until <Time at={ask.expiresAt} />.
            </Text>
          </Section>
        )}
        {waits.length > 0 && (
          <Section title="Goes on later">
            {waits.map(({ automation, until }) => (
              <Text size="sm" key={`${automation} ${until}`}>
                {automations[automation] ?? 'An automation'}: <Time at={until} />
              </Text>
            ))}
          </Section>
        )}
        <Section title="Tags">
          <TagsInput
            aria-label="Tags"
            size="sm"
            placeholder={canWrite ? 'Add a tag' : ''}
            value={tags}
            onChange={(next) => change({ tags: next })}
            disabled={!canWrite || isChanging}
            maxTags={100}
          />
        </Section>
        <Section title="Attributes">
          <AttributeEditor attributes={conversation.attributes} change={change} canWrite={canWrite} />
        </Section>
        <Section title="About">
          <Text size="sm">
            First seen <Time at={firstSeenAt} />
          </Text>
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            Person {person}
            <br />
            Account <AccountName id={account} />
          </Text>
          <Group gap="sm">
            <Anchor component={Link} size="sm" href={`/jobs?conversation=${encodeURIComponent(id)}`}>
              Jobs
            </Anchor>
          </Group>
        </Section>
        <OptOut conversation={conversation} change={change} canWrite={canWrite} />
      </Stack>
    </Paper>
  );
}

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <Stack gap={4}>
      <Title order={2} size="sm">
        {title}
      </Title>
      {children}
    </Stack>
  );
}

interface OptOutProps {
  conversation: ConversationPage;
  change: ReturnType<typeof useContactChange>['change'];
  canWrite: boolean;
}

function OptOut({ conversation: { optedOutAt }, change, canWrite }: OptOutProps) {
  if (optedOutAt === undefined) return null;
  return (
    <Section title="Opted out">
      <Text size="sm">
        Nothing is sent until they write START. Asked to be left alone <Time at={optedOutAt} />
      </Text>
      {canWrite && (
        <Button size="xs" variant="default" onClick={() => change({ optedOut: false })}>
          Answer again
        </Button>
      )}
    </Section>
  );
}
