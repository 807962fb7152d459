import { ActionIcon, Box, Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useState } from 'react';
import { useCanWrite } from '../../session/use-session.js';
import type { Act } from './simulator-types.js';
import classes from './simulator.module.css';

const ways = [
  { value: 'message', label: 'Message', field: 'text', placeholder: 'Message …' },
  { value: 'comment', label: 'Comment on a post', field: 'text', placeholder: 'Comment …' },
  { value: 'live_comment', label: 'Comment on the live video', field: 'text', placeholder: 'Comment …' },
  { value: 'story_reply', label: 'Reply to a story', field: 'text', placeholder: 'Reply …' },
  { value: 'referral', label: 'Follow a link (ig.me)', field: 'ref', placeholder: 'ref of the link' },
  { value: 'human', label: "Type as the account's owner", field: 'text', placeholder: 'As the owner …' },
] as const;

/** What the customer does next. */
export function Composer({ act, isActing }: { act: (act: Act) => void; isActing: boolean }) {
  const [kind, setKind] = useState<string>('message');
  const [text, setText] = useState('');
  const canWrite = useCanWrite();
  const way = ways.find(({ value }) => value === kind) ?? ways[0];
  const send = (event: React.FormEvent) => {
    event.preventDefault();
    if (text.trim() === '') return;
    act({ kind: way.value, [way.field]: text });
    setText('');
  };
  return (
    <Box className={classes.composer}>
      <form onSubmit={send}>
        <Group gap={6} wrap="nowrap" mb={6}>
          <NativeSelect
            aria-label="What to do"
            size="xs"
            flex={1}
            data={ways.map(({ value, label }) => ({ value, label }))}
            value={kind}
            onChange={(event) => setKind(event.currentTarget.value)}
          />
          <Button
            size="xs"
            variant="default"
            disabled={!canWrite}
            onClick={() => act({ kind: 'story_mention' })}
          >
            Mention in story
          </Button>
        </Group>
        <Group gap={6} wrap="nowrap">
          <TextInput
            aria-label="Text"
            flex={1}
            placeholder={way.placeholder}
            value={text}
            maxLength={1000}
            onChange={(event) => setText(event.currentTarget.value)}
            autoComplete="off"
          />
          <ActionIcon type="submit" size="lg" aria-label="Send" loading={isActing} disabled={!canWrite}>
            <IconSend size={18} aria-hidden />
          </ActionIcon>
        </Group>
      </form>
    </Box>
  );
}
