import { ActionIcon, Badge, Button, Group, Text } from '@mantine/core';
import { IconHeart } from '@tabler/icons-react';
import { readContent, type Card, type Offer } from './phone-content.js';
import type { Act, PhoneEntry } from './simulator-types.js';
import classes from './simulator.module.css';

interface PhoneItemProps {
  entry: PhoneEntry;
  /** Instagram shows quick replies below the newest message only. */
  offersQuickReplies: boolean;
  act: (act: Act) => void;
}

export function PhoneItem({ entry, offersQuickReplies, act }: PhoneItemProps) {
  if (entry.from === 'person') return <OwnItem entry={entry} />;
  if (entry.kind === 'reaction') {
    return (
      <Text size="xs" c="dimmed" className={classes.line}>
        The account reacted
      </Text>
    );
  }
  return <AccountItem entry={entry} offersQuickReplies={offersQuickReplies} act={act} />;
}

const lines: Record<string, (entry: PhoneEntry) => string> = {
  reaction: ({ input }) => `You reacted with ${input?.emoji ?? '❤️'}`,
  story_mention: () => 'You mentioned the account in your story',
  referral: ({ input }) => `You followed the link “${input?.ref ?? ''}”`,
  seen: () => 'Seen',
};

const titles: Record<string, string> = {
  comment: 'Your comment on a post',
  live_comment: 'Your comment on the live video',
  story_reply: 'Your reply to a story',
  postback: 'You tapped',
  quick_reply: 'You tapped',
};

function OwnItem({ entry }: { entry: PhoneEntry }) {
  const line = lines[entry.kind]?.(entry);
  if (line !== undefined) {
    return (
      <Text size="xs" c="dimmed" className={classes.line}>
        {line}
      </Text>
    );
  }
  return (
    <div className={classes.mine}>
      {titles[entry.kind] !== undefined && (
        <Text size="xs" c="dimmed">
          {titles[entry.kind]}
        </Text>
      )}
      <div className={classes.bubble}>{entry.text ?? entry.input?.attachment?.type ?? 'A message'}</div>
    </div>
  );
}

const accountTitles: Record<string, string> = {
  private_reply: 'In answer to your comment',
  public_reply: 'Public reply below your comment',
  human: 'Typed by a person of the account',
};

function AccountItem({ entry, offersQuickReplies, act }: PhoneItemProps) {
  const { text = entry.text ?? undefined, media, cards, offers } = readContent(entry.content);
  const shown = offers.filter(({ kind }) => kind !== 'quick_reply' || offersQuickReplies);
  const { mid } = entry;
  return (
    <div className={classes.theirs}>
      {accountTitles[entry.kind] !== undefined && (
        <Text size="xs" c="dimmed">
          {accountTitles[entry.kind]}
        </Text>
      )}
      <Group gap={4} wrap="nowrap">
        {text !== undefined && <div className={classes.bubble}>{text}</div>}
        {media !== undefined && <Badge variant="default">{media}</Badge>}
        {mid !== null && (
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label="React with a heart"
            onClick={() => act({ kind: 'reaction', mid })}
          >
            <IconHeart size={14} aria-hidden />
          </ActionIcon>
        )}
      </Group>
      {cards.map((card) => (
        <CardView key={`${card.title} ${card.subtitle}`} card={card} act={act} />
      ))}
      <Offers offers={shown} act={act} />
    </div>
  );
}

function CardView({ card: { title, subtitle, offers }, act }: { card: Card; act: (act: Act) => void }) {
  return (
    <div className={classes.bubble}>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      {subtitle !== undefined && <Text size="xs">{subtitle}</Text>}
      <Offers offers={offers} act={act} />
    </div>
  );
}

function Offers({ offers, act }: { offers: Offer[]; act: (act: Act) => void }) {
  if (offers.length === 0) return null;
  return (
    <Group gap={4}>
      {offers.map(({ kind, title, payload }) =>
        kind === 'link' ? (
          <Badge key={`${title} ${payload}`} variant="default" tt="none" title={payload}>
            {title} ↗
          </Badge>
        ) : (
          <Button
            key={`${title} ${payload}`}
            size="compact-sm"
            variant="default"
            radius="xl"
            onClick={() => act({ kind, payload, title })}
          >
            {title}
          </Button>
        ),
      )}
    </Group>
  );
}
