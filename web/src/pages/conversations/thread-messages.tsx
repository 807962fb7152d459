import { Anchor, Badge, Group, Text, VisuallyHidden } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCheck,
  IconChecks,
  IconExternalLink,
  IconInfoCircle,
  type TablerIcon,
} from '@tabler/icons-react';
import { Link } from 'wouter';
import { StatusBadge } from '../../components/status-badge.js';
import type {
  Attachment,
  HumanEntry,
  InboundEntry,
  OutboundEntry,
  ShownContent,
} from './conversation-types.js';
import classes from './conversations.module.css';
import { actionOf, lineOf, titleOf } from './entry-words.js';

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });

/** Beside a text of several lines. */
const small = { size: 14, 'aria-hidden': true, style: { flexShrink: 0 } } as const;

function Delivered({ icon: Icon, label }: { icon: TablerIcon; label: string }) {
  return (
    <>
      <Icon size={14} aria-hidden />
      <VisuallyHidden>{label}</VisuallyHidden>
    </>
  );
}

function Clock({ at }: { at: string }) {
  const date = new Date(at);
  return (
    <time dateTime={at} title={moment.format(date)}>
      {clock.format(date)}
    </time>
  );
}

export function InboundMessage({ entry }: { entry: InboundEntry }) {
  const { text, attachments, at, why, outcome, job } = entry;
  const line = lineOf(entry);
  const title = titleOf(entry);
  if (line !== undefined) {
    return (
      <Text size="xs" c="dimmed">
        {line} · <Clock at={at} />
      </Text>
    );
  }
  const isAnswered = outcome?.result === 'answered';
  return (
    <>
      {title !== undefined && (
        <Text size="xs" c="dimmed">
          {title}
        </Text>
      )}
      {(text !== null || attachments.length === 0) && (
        <div className={classes.bubble}>{text ?? entry.payload ?? 'Without text'}</div>
      )}
      <Attachments attachments={attachments} />
      <Group gap={4} wrap="nowrap" align="flex-start">
        {isAnswered ? <IconCheck {...small} /> : <IconInfoCircle {...small} />}
        <Text size="xs" c="dimmed">
          <Clock at={at} /> · {why}
          {job && (
            <>
              {' '}
              <Anchor component={Link} href={`/jobs/${job.id}`} size="xs" underline="always">
                Job
              </Anchor>
            </>
          )}
        </Text>
      </Group>
    </>
  );
}

export function OutboundMessage({
  entry,
  automation,
}: {
  entry: OutboundEntry;
  automation: string | undefined;
}) {
  const { text, textGone, shown, action, status, possibleDuplicate, error, at, echoedAt, comment } = entry;
  const words = textGone ? 'The text is no longer kept' : (text ?? actionOf(action));
  const isPlain = text !== null || !shown;
  return (
    <>
      {comment !== undefined && (
        <Text size="xs" c="dimmed">
          {action === 'reply_to_comment' ? 'Public reply to the comment' : 'Private reply to the comment'}
        </Text>
      )}
      {isPlain && (
        <div className={`${classes.bubble} ${status === 'failed' ? classes.failed : ''}`}>
          {textGone || text === null ? <em>{words}</em> : words}
        </div>
      )}
      {shown && <Shown shown={shown} />}
      <Group gap={6} justify="flex-end">
        {status !== 'sent' && <StatusBadge status={status} />}
        {possibleDuplicate && (
          <Badge
            color="yellow.4"
            autoContrast
            radius="sm"
            tt="none"
            leftSection={<IconAlertTriangle size={12} aria-hidden />}
            title="Sent again after an attempt of which nobody knows whether it arrived"
          >
            possible duplicate
          </Badge>
        )}
        <Text size="xs" c="dimmed">
          {automation ?? 'A deleted automation'} · <Clock at={at} />
          {error !== undefined && status !== 'sent' && ` · ${error}`}
        </Text>
        {status === 'sent' &&
          (echoedAt === null ? (
            <Delivered icon={IconCheck} label="Sent" />
          ) : (
            <Delivered icon={IconChecks} label="Sent, and reported back by Instagram" />
          ))}
      </Group>
    </>
  );
}

export function HumanMessage({ entry: { text, attachments, at } }: { entry: HumanEntry }) {
  return (
    <>
      {(text !== null || attachments.length === 0) && (
        <div className={`${classes.bubble} ${classes.human}`}>{text ?? 'Without text'}</div>
      )}
      <Attachments attachments={attachments} />
      <Text size="xs" c="dimmed">
        Typed by a person of the account · <Clock at={at} />
      </Text>
    </>
  );
}

/** Nothing is loaded from elsewhere: what a person sent is a link to where Instagram keeps it. */
function Attachments({ attachments }: { attachments: Attachment[] }) {
  return attachments.map(({ type, url }) => <MediaLink key={url ?? type} type={type} url={url} />);
}

function MediaLink({ type, url }: { type: string; url: string | undefined }) {
  const label = type.replaceAll('_', ' ');
  if (url === undefined || !/^https?:/.test(url)) return <Badge variant="default">{label}</Badge>;
  return (
    <Anchor href={url} target="_blank" rel="noopener noreferrer" size="sm" underline="always">
      {label} <IconExternalLink size={12} aria-hidden />
      <VisuallyHidden> (opens elsewhere)</VisuallyHidden>
    </Anchor>
  );
}

function Shown({ shown: { media, buttons, quickReplies, cards } }: { shown: ShownContent }) {
  return (
    <>
      {media && <MediaLink type={media.type} url={media.url} />}
      {cards?.map(({ title, subtitle, buttons: labels }) => (
        <div key={`${title} ${subtitle}`} className={classes.bubble}>
          <strong>{title}</strong>
          {subtitle !== undefined && `\n${subtitle}`}
          {labels.length > 0 && `\n[${labels.join('] [')}]`}
        </div>
      ))}
      <Labels labels={buttons ?? quickReplies ?? []} />
    </>
  );
}

function Labels({ labels }: { labels: string[] }) {
  if (labels.length === 0) return null;
  return (
    <Group gap={4} justify="flex-end">
      {labels.map((label) => (
        <Badge key={label} variant="default" tt="none" fw={500}>
          {label}
        </Badge>
      ))}
    </Group>
  );
}
