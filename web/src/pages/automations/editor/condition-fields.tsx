import { ActionIcon, Button, Group, Menu, NativeSelect, Paper, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { conditionNames } from '../automation-words.js';
import type { Condition } from '../automation.types.js';
import { keyed, newCondition, type Keyed } from './draft.js';
import { useErrorAt, useField } from './form-errors.js';

interface ConditionListProps {
  conditions: Keyed<Condition>[];
  onChange(conditions: Keyed<Condition>[]): void;
}

const types = Object.keys(conditionNames) as Condition['type'][];

/** What else must hold. */
export function ConditionList({ conditions, onChange }: ConditionListProps) {
  const error = useErrorAt('conditions');
  return (
    <Stack gap="xs">
      {conditions.map(({ key, value }, index) => (
        <Paper key={key} withBorder p="xs">
          <Group justify="space-between" wrap="nowrap" align="flex-start">
            <Stack gap="xs" flex={1}>
              <Text size="sm" fw={500}>
                {conditionNames[value.type]}
              </Text>
              <ConditionFields
                condition={value}
                path={`conditions.${index}`}
                onChange={(next) =>
                  onChange(conditions.map((each) => (each.key === key ? { key, value: next } : each)))
                }
              />
            </Stack>
            <ActionIcon
              variant="default"
              aria-label={`Remove the condition ${index + 1}`}
              onClick={() => onChange(conditions.filter((each) => each.key !== key))}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </Group>
        </Paper>
      ))}
      {error && (
        <Text size="sm" c="var(--mantine-color-error)">
          {error}
        </Text>
      )}
      <Menu position="bottom-start">
        <Menu.Target>
          <Button
            variant="default"
            leftSection={<IconPlus size={16} aria-hidden />}
            style={{ alignSelf: 'flex-start' }}
          >
            Add a condition
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {types.map((type) => (
            <Menu.Item key={type} onClick={() => onChange([...conditions, keyed(newCondition(type))])}>
              {conditionNames[type]} {type === 'follows_account' || type === 'first_contact' ? '' : '…'}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </Stack>
  );
}

interface ConditionFieldsProps {
  condition: Condition;
  path: string;
  onChange(condition: Condition): void;
}

function ConditionFields({ condition, path, onChange }: ConditionFieldsProps) {
  const tagField = useField(`${path}.tag`);
  switch (condition.type) {
    case 'has_tag':
    case 'lacks_tag':
      return (
        <TextInput
          aria-label="Tag"
          placeholder="vip"
          value={condition.tag}
          onChange={(event) => onChange({ ...condition, tag: event.currentTarget.value })}
          {...tagField}
        />
      );
    case 'attribute':
      return <AttributeFields condition={condition} path={path} onChange={onChange} />;
    case 'follows_account':
      return (
        <Text size="xs" c="dimmed">
          Instagram is asked each time. Where it gives no answer, this counts as true.
        </Text>
      );
    case 'first_contact':
      return null;
  }
}

type Attribute = Extract<Condition, { type: 'attribute' }>;

function AttributeFields({
  condition,
  path,
  onChange,
}: {
  condition: Attribute;
  path: string;
  onChange(condition: Condition): void;
}) {
  const nameField = useField(`${path}.name`);
  const valueField = useField(`${path}.value`);
  const { name } = condition;
  return (
    <Group align="flex-start" gap="xs">
      <TextInput
        aria-label="Attribute"
        placeholder="email"
        value={name}
        onChange={(event) => onChange({ ...condition, name: event.currentTarget.value })}
        {...nameField}
      />
      <NativeSelect
        aria-label="Comparison"
        data={[
          { value: 'exists', label: 'with any value' },
          { value: 'equals', label: 'that is exactly' },
        ]}
        value={condition.op}
        onChange={(event) =>
          onChange(
            event.currentTarget.value === 'exists'
              ? { type: 'attribute', name, op: 'exists' }
              : { type: 'attribute', name, op: 'equals', value: '' },
          )
        }
      />
      {condition.op === 'equals' && (
        <TextInput
          aria-label="Value"
          value={condition.value}
          onChange={(event) => onChange({ ...condition, value: event.currentTarget.value })}
          {...valueField}
        />
      )}
    </Group>
  );
}
