import {
  closestCenter,
  DndContext,
  KeyboardSensor,
  PointerSensor,
  useSensor,
  useSensors,
  type Announcements,
  type DragEndEvent,
} from '@dnd-kit/core';
import { SortableContext, sortableKeyboardCoordinates, verticalListSortingStrategy } from '@dnd-kit/sortable';
import { Button, Menu, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { actionNames } from '../automation-words.js';
import type { Action, ActionType, TriggerType } from '../automation.types.js';
import { keyed, moved, newAction, type Keyed } from '../editor/draft.js';
import { useErrorAt } from '../editor/form-errors.js';
import { SortableAction } from './sortable-action.js';

interface ActionListProps {
  actions: Keyed<Action>[];
  trigger: TriggerType;
  onChange(actions: Keyed<Action>[]): void;
}

const MAX_ACTIONS = 20;
const types = Object.keys(actionNames) as ActionType[];

/** What the automation does, in order: by drag, by the keys of the handle, or by the arrows. */
export function ActionList({ actions, trigger, onChange }: ActionListProps) {
  const error = useErrorAt('actions');
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 5 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const placeOf = (key: unknown) => actions.findIndex((each) => each.key === key);

  function drop({ active, over }: DragEndEvent) {
    if (over) onChange(moved(actions, placeOf(active.id), placeOf(over.id)));
  }

  return (
    <Stack gap="sm">
      <DndContext
        sensors={sensors}
        collisionDetection={closestCenter}
        onDragEnd={drop}
        accessibility={{ announcements: announcementsFor(actions) }}
      >
        <SortableContext items={actions.map(({ key }) => key)} strategy={verticalListSortingStrategy}>
          {actions.map((entry, index) => (
            <SortableAction
              key={entry.key}
              entry={entry}
              index={index}
              count={actions.length}
              onChange={(value) =>
                onChange(actions.map((each) => (each.key === entry.key ? { ...each, value } : each)))
              }
              onMove={(to) => onChange(moved(actions, index, to))}
              onRemove={() => onChange(actions.filter((each) => each.key !== entry.key))}
            />
          ))}
        </SortableContext>
      </DndContext>
      {error && (
        <Text size="sm" c="var(--mantine-color-error)">
          {error}
        </Text>
      )}
      <AddAction
        trigger={trigger}
        disabled={actions.length >= MAX_ACTIONS}
        onAdd={(type) => onChange([...actions, keyed(newAction(type))])}
      />
    </Stack>
  );
}

/** What a screen reader says while an action is moved. */
function announcementsFor(actions: Keyed<Action>[]): Announcements {
  const placeOf = (key: unknown) => actions.findIndex((each) => each.key === key);
  const nameOf = (key: unknown) => {
    const place = placeOf(key);
    const action = actions[place];
    return action ? `${place + 1}. ${actionNames[action.value.type]}` : '';
  };
  return {
    onDragStart: ({ active }) => `Picked up ${nameOf(active.id)}.`,
    onDragOver: ({ active, over }) =>
      over ? `${nameOf(active.id)} is over place ${placeOf(over.id) + 1} of ${actions.length}.` : undefined,
    onDragEnd: ({ active, over }) =>
      over ? `${nameOf(active.id)} was put at place ${placeOf(over.id) + 1}.` : undefined,
    onDragCancel: ({ active }) => `${nameOf(active.id)} stays where it was.`,
  };
}

interface AddActionProps {
  trigger: TriggerType;
  disabled: boolean;
  onAdd(type: ActionType): void;
}

function AddAction({ trigger, disabled, onAdd }: AddActionProps) {
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<IconPlus size={16} aria-hidden />}
          disabled={disabled}
          style={{ alignSelf: 'flex-start' }}
        >
          Add an action
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
        {types
          .filter((type) => type !== 'reply_to_comment' || trigger === 'comment')
          .filter((type) => type !== 'react' || (trigger !== 'comment' && trigger !== 'reaction'))
          .map((type) => (
            <Menu.Item key={type} onClick={() => onAdd(type)}>
              {actionNames[type]}
            </Menu.Item>
          ))}
      </Menu.Dropdown>
    </Menu>
  );
}
