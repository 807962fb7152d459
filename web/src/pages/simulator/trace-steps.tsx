import { Anchor, Code, List, Text, Timeline } from '@mantine/core';
import { IconArrowBackUp, IconBolt, IconListCheck, IconSend, IconWebhook } from '@tabler/icons-react';
import { Link } from 'wouter';
import { StatusBadge } from '../../components/status-badge.js';
import { outcomeText } from '../../words/outcome-text.js';
import { actionOf } from '../conversations/entry-words.js';
import type { OutboundEntry } from '../conversations/conversation-types.js';
import type { Trace, TraceStep } from './simulator-types.js';

/** Webhook, job, rules, sends and echoes on a line of time. */
export function TraceSteps({ trace }: { trace: Trace }) {
  const { webhook, job, rules, sends, steps, why, sentAt } = trace;
  const since = (at: string) => `+${new Date(at).getTime() - new Date(sentAt).getTime()} ms`;
  const reached = [
    true,
    job !== null,
    job !== null,
    sends.length > 0,
    sends.some(({ echoedAt }) => echoedAt),
  ];
  const active = reached.lastIndexOf(true);
  return (
    <Timeline active={active} bulletSize={26} lineWidth={2}>
      <Timeline.Item bullet={<IconWebhook size={14} aria-hidden />} title="Webhook">
        <Text size="sm">
          Answered {webhook.status} in {webhook.answeredInMs} ms
          {webhook.delivery !== null && (
            <>
              {' · '}
              <Anchor component={Link} href={`/webhooks/${webhook.delivery}`} size="sm" underline="always">
                delivery
              </Anchor>
            </>
          )}
        </Text>
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          Event {trace.event.kind.replaceAll('_', ' ')} <Code>{trace.event.identity.slice(0, 60)}</Code>
        </Text>
      </Timeline.Item>
      <Timeline.Item bullet={<IconBolt size={14} aria-hidden />} title="Job">
        <JobState job={job} why={why} since={since} />
      </Timeline.Item>
      <Timeline.Item bullet={<IconListCheck size={14} aria-hidden />} title="Rules">
        <Rules rules={rules} before={steps.find(standsBefore)} />
      </Timeline.Item>
      <Timeline.Item bullet={<IconSend size={14} aria-hidden />} title="Sends">
        {sends.length === 0 ? (
          <Text size="sm" c="dimmed">
            Nothing was sent
          </Text>
        ) : (
          sends.map((send) => <SendLine key={send.id} send={send} since={since} />)
        )}
      </Timeline.Item>
      <Timeline.Item bullet={<IconArrowBackUp size={14} aria-hidden />} title="Echoes">
        <Echoes sends={sends} since={since} />
      </Timeline.Item>
    </Timeline>
  );
}

type Since = (at: string) => string;

function JobState({ job, why, since }: Pick<Trace, 'job' | 'why'> & { since: Since }) {
  if (!job) {
    return (
      <Text size="sm" c="dimmed">
        None: the same event was stored before, or nothing is stored yet
      </Text>
    );
  }
  return (
    <>
      <Text size="sm">
        <Anchor component={Link} href={`/jobs/${job.id}`} size="sm" underline="always">
          {job.status}
        </Anchor>
        {job.finishedAt !== null && ` ${since(job.finishedAt)}`}, attempt {job.attempts}
      </Text>
      {why !== null && <Text size="sm">{why}</Text>}
      {job.errors.map(({ at, code, message }) => (
        <Text key={at} size="xs" c="dimmed">
          {since(at)} <Code>{code}</Code> {message}
        </Text>
      ))}
    </>
  );
}

/** What is looked at before the rules, and left them unasked. */
const standsBefore = ({ step, result }: TraceStep) =>
  step === 'event' || step === 'conversation' || step === 'question' || result === 'unknown_account';

/** @param before what ended it before the rules were asked */
function Rules({ rules, before }: Pick<Trace, 'rules'> & { before: TraceStep | undefined }) {
  if (before) {
    const { result, reason } = before;
    const why =
      before.step === 'question'
        ? 'The text is taken as the answer to a question'
        : outcomeText({ result, ...(reason !== undefined && { reason }) });
    return <Text size="sm">Not asked. {why}.</Text>;
  }
  if (rules.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        None is asked about this kind of event
      </Text>
    );
  }
  return (
    <List size="sm" spacing={2} listStyleType="none">
      {rules.map(({ automation, name, verdict, why }) => (
        <List.Item key={automation}>
          <StatusBadge
            status={verdict}
            tone={verdict === 'chosen' ? 'good' : 'neutral'}
            label={verdict === 'chosen' ? 'fits' : 'no'}
          />{' '}
          <b>{name}</b>: {why}
        </List.Item>
      ))}
    </List>
  );
}

function SendLine({ send, since }: { send: OutboundEntry; since: Since }) {
  return (
    <Text size="sm" component="div">
      <StatusBadge status={send.status} /> {actionOf(send.action)} {since(send.at)}
      {send.possibleDuplicate && ' · possible duplicate'}
      {send.error !== undefined && send.status !== 'sent' && ` · ${send.error}`}
      {send.text !== null && (
        <Text size="xs" c="dimmed" lineClamp={2}>
          {send.text}
        </Text>
      )}
    </Text>
  );
}

function Echoes({ sends, since }: { sends: OutboundEntry[]; since: Since }) {
  const echoed = sends.flatMap(({ id, echoedAt }) => (echoedAt === null ? [] : [{ id, echoedAt }]));
  if (echoed.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Instagram has reported nothing back
      </Text>
    );
  }
  return echoed.map(({ id, echoedAt }) => (
    <Text key={id} size="sm">
      Reported back {since(echoedAt)}
    </Text>
  ));
}
