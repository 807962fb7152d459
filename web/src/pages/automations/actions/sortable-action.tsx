import { useSortable } from '@dnd-kit/sortable';
import { ActionIcon, Group, Paper, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconGripVertical, IconTrash } from '@tabler/icons-react';
import { actionNames } from '../automation-words.js';
import type { Action } from '../automation.types.js';
import type { Keyed } from '../editor/draft.js';
import { useErrorAt } from '../editor/form-errors.js';
import { ActionFields } from './action-fields.js';

interface SortableActionProps {
  entry: Keyed<Action>;
  index: number;
  count: number;
  onChange(action: Action): void;
  onMove(to: number): void;
  onRemove(): void;
}

/** One action as a card that can be put in another place. */
export function SortableAction({ entry, index, count, onChange, onMove, onRemove }: SortableActionProps) {
  const { attributes, listeners, setNodeRef, transform, transition, isDragging } = useSortable({
    id: entry.key,
  });
  const name = `${index + 1}. ${actionNames[entry.value.type]}`;
  const error = useErrorAt(`actions.${index}.type`);
  return (
    <Paper
      ref={setNodeRef}
      withBorder
      p="sm"
      component="section"
      aria-label={name}
      shadow={isDragging ? 'md' : 'none'}
      style={{
        // Moved, never scaled: cards are of different heights.
        transform: transform ? `translate3d(0, ${transform.y}px, 0)` : undefined,
        transition,
        position: 'relative',
        zIndex: isDragging ? 1 : undefined,
      }}
    >
      <Group justify="space-between" wrap="nowrap" mb="xs">
        <Group gap="xs" wrap="nowrap">
          <ActionIcon
            variant="subtle"
            color="gray"
            c="dimmed"
            {...attributes}
            {...listeners}
            aria-label={`Drag ${name}`}
            style={{ cursor: 'grab', touchAction: 'none' }}
          >
            <IconGripVertical size={16} aria-hidden />
          </ActionIcon>
          <Text fw={600}>{name}</Text>
        </Group>
        <Group gap={4} wrap="nowrap">
          <ActionIcon
            variant="default"
            aria-label={`Move ${name} up`}
            disabled={index === 0}
            onClick={() => onMove(index - 1)}
          >
            <IconArrowUp size={16} aria-hidden />
          </ActionIcon>
          <ActionIcon
            variant="default"
            aria-label={`Move ${name} down`}
            disabled={index === count - 1}
            onClick={() => onMove(index + 1)}
          >
            <IconArrowDown size={16} aria-hidden />
          </ActionIcon>
          <ActionIcon variant="default" aria-label={`Remove ${name}`} onClick={onRemove}>
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </Group>
      </Group>
      {error && (
        <Text size="sm" c="var(--mantine-color-error)" mb="xs">
          This {error}
        </Text>
      )}
      <ActionFields action={entry.value} path={`actions.${index}`} onChange={onChange} />
    </Paper>
  );
}
