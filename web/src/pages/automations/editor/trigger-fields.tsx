import { Group, NativeSelect, Select, Stack, Switch, TagsInput, TextInput } from '@mantine/core';
import { matchNames, triggerNames } from '../automation-words.js';
import {
  matchModes,
  type MatchMode,
  type TextMatch,
  type Trigger,
  type TriggerOf,
  type TriggerType,
} from '../automation.types.js';
import { newTrigger, withOptional } from './draft.js';
import { useField } from './form-errors.js';

interface TriggerFieldsProps {
  trigger: Trigger;
  onChange(trigger: Trigger): void;
}

const types = Object.entries(triggerNames).map(([value, label]) => ({ value, label }));

/** When the automation fires. */
export function TriggerFields({ trigger, onChange }: TriggerFieldsProps) {
  return (
    <Stack gap="sm">
      <Select
        label="It fires when"
        data={types}
        value={trigger.type}
        allowDeselect={false}
        onChange={(type) => type && onChange(newTrigger(type as TriggerType, trigger))}
        {...useField('trigger.type')}
      />
      {'match' in trigger && (
        <MatchFields match={trigger.match} onChange={(match) => onChange({ ...trigger, match })} />
      )}
      <OwnFields trigger={trigger} onChange={onChange} />
    </Stack>
  );
}

function OwnFields({ trigger, onChange }: TriggerFieldsProps) {
  switch (trigger.type) {
    case 'comment':
      return <CommentFields trigger={trigger} onChange={onChange} />;
    case 'story_reply':
      return (
        <IdsField
          label="Only for these stories"
          path="trigger.storyIds"
          value={trigger.storyIds}
          onChange={(ids) => onChange(withOptional(trigger, 'storyIds', ids))}
        />
      );
    case 'postback':
    case 'quick_reply':
      return <PayloadFields trigger={trigger} onChange={onChange} />;
    case 'referral':
      return (
        <OptionalText
          label="Only with this ref"
          description="The ref of an ig.me link or an ad; empty for any."
          path="trigger.ref"
          value={trigger.ref}
          onChange={(ref) => onChange(withOptional(trigger, 'ref', ref))}
        />
      );
    case 'reaction':
      return (
        <OptionalText
          label="Only this emoji"
          description="Empty for any reaction."
          path="trigger.emoji"
          value={trigger.emoji}
          onChange={(emoji) => onChange(withOptional(trigger, 'emoji', emoji))}
        />
      );
    default:
      return null;
  }
}

const keywordHints: Record<Exclude<MatchMode, 'any'>, string> = {
  contains: 'Found anywhere, inside of words too. Capitals and accents do not matter.',
  word: 'Found as a word or emoji of its own.',
  exact: 'The whole text, and nothing else.',
  starts_with: 'At the beginning of the text.',
  regex: 'RE2 patterns: no lookaround, no backreferences.',
};

function MatchFields({ match, onChange }: { match: TextMatch; onChange(match: TextMatch): void }) {
  const { mode, keywords, exclude } = match;
  // A comma is part of many a pattern.
  const splitChars = mode === 'regex' ? [] : [','];
  const keywordsField = useField('trigger.match.keywords', true);
  const excludeField = useField('trigger.match.exclude', true);
  return (
    <>
      <NativeSelect
        label="The text"
        data={matchModes.map((value) => ({ value, label: matchNames[value] }))}
        value={mode}
        onChange={(event) => {
          const next = event.currentTarget.value as MatchMode;
          onChange({ ...match, mode: next, keywords: next === 'any' ? [] : keywords });
        }}
      />
      {mode !== 'any' && (
        <TagsInput
          label={mode === 'regex' ? 'Any of these patterns' : 'Any of these keywords'}
          description={`${keywordHints[mode]} Enter adds one.`}
          value={keywords}
          onChange={(next) => onChange({ ...match, keywords: next })}
          splitChars={splitChars}
          acceptValueOnBlur
          clearable={false}
          {...keywordsField}
        />
      )}
      <TagsInput
        label="But none of these"
        description="It stays silent when one of them is found. May be empty."
        value={exclude}
        onChange={(next) => onChange({ ...match, exclude: next })}
        splitChars={splitChars}
        acceptValueOnBlur
        clearable={false}
        {...excludeField}
      />
    </>
  );
}

function CommentFields({
  trigger,
  onChange,
}: {
  trigger: TriggerOf<'comment'>;
  onChange(trigger: Trigger): void;
}) {
  return (
    <>
      <IdsField
        label="Only under these posts and reels"
        path="trigger.mediaIds"
        value={trigger.mediaIds}
        onChange={(ids) => onChange(withOptional(trigger, 'mediaIds', ids))}
      />
      <Group>
        <Switch
          label="Replies to other comments too"
          checked={trigger.repliesToo}
          onChange={(event) => onChange({ ...trigger, repliesToo: event.currentTarget.checked })}
        />
        <Switch
          label="Live videos too"
          checked={trigger.live}
          onChange={(event) => onChange({ ...trigger, live: event.currentTarget.checked })}
        />
      </Group>
    </>
  );
}

const payloadChoices = [
  { value: 'any', label: 'is anything' },
  { value: 'payload', label: 'is exactly' },
  { value: 'payloadPrefix', label: 'starts with' },
];

function PayloadFields({
  trigger,
  onChange,
}: {
  trigger: TriggerOf<'postback' | 'quick_reply'>;
  onChange(trigger: Trigger): void;
}) {
  const { type, payload, payloadPrefix } = trigger;
  const chosen = payloadPrefix !== undefined ? 'payloadPrefix' : payload !== undefined ? 'payload' : 'any';
  const value = payloadPrefix ?? payload ?? '';
  const field = useField(`trigger.${chosen}`);
  return (
    <Group align="flex-start" gap="xs">
      <NativeSelect
        label="Its payload"
        data={payloadChoices}
        value={chosen}
        onChange={(event) => {
          const next = event.currentTarget.value;
          onChange(next === 'any' ? { type } : { type, [next]: value });
        }}
      />
      {chosen !== 'any' && (
        <TextInput
          flex={1}
          label="Payload"
          value={value}
          onChange={(event) => onChange({ type, [chosen]: event.currentTarget.value })}
          {...field}
        />
      )}
    </Group>
  );
}

interface OptionalTextProps {
  label: string;
  description: string;
  path: string;
  value: string | undefined;
  onChange(value: string): void;
}

function OptionalText({ label, description, path, value = '', onChange }: OptionalTextProps) {
  return (
    <TextInput
      label={label}
      description={description}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      {...useField(path)}
    />
  );
}

interface IdsFieldProps {
  label: string;
  path: string;
  value: string[] | undefined;
  onChange(ids: string[]): void;
}

const noIds: string[] = [];

function IdsField({ label, path, value = noIds, onChange }: IdsFieldProps) {
  return (
    <TagsInput
      label={label}
      description="By their ids; empty for all."
      value={value}
      onChange={onChange}
      splitChars={[',', ' ']}
      acceptValueOnBlur
      {...useField(path, true)}
    />
  );
}
