import { ActionIcon, Button, Fieldset, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { EachPlace } from '../../../components/each-place.js';
import type { Action, ActionOf, Card } from '../automation.types.js';
import { withOptional } from '../editor/draft.js';
import { useErrorAt, useField } from '../editor/form-errors.js';
import { TemplateInput } from '../editor/template-input.js';
import { CARD_LIMIT } from '../editor/text-size.js';
import { ButtonFields } from './button-fields.js';

const MAX_CARDS = 10;

interface CardsFieldsProps {
  action: ActionOf<'send_cards'>;
  path: string;
  onChange(action: Action): void;
}

/** Cards beside one another. */
export function CardsFields({ action, path, onChange }: CardsFieldsProps) {
  const { cards } = action;
  const error = useErrorAt(`${path}.cards`);
  const set = (next: Card[]) => onChange({ ...action, cards: next });
  return (
    <Stack gap="sm">
      <EachPlace of={cards}>
        {(card, index) => (
          <Fieldset legend={`Card ${index + 1}`} p="sm" radius="sm">
            <CardFields
              card={card}
              path={`${path}.cards.${index}`}
              onChange={(next) => set(cards.map((each, place) => (place === index ? next : each)))}
            />
            <Group justify="flex-end" mt="xs">
              <ActionIcon
                variant="default"
                aria-label={`Remove card ${index + 1}`}
                disabled={cards.length === 1}
                onClick={() => set(cards.filter((_each, place) => place !== index))}
              >
                <IconTrash size={16} aria-hidden />
              </ActionIcon>
            </Group>
          </Fieldset>
        )}
      </EachPlace>
      {error && (
        <Text size="sm" c="var(--mantine-color-error)">
          {error}
        </Text>
      )}
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconPlus size={14} aria-hidden />}
        style={{ alignSelf: 'flex-start' }}
        disabled={cards.length >= MAX_CARDS}
        onClick={() => set([...cards, { title: '' }])}
      >
        Add a card
      </Button>
    </Stack>
  );
}

function CardFields({ card, path, onChange }: { card: Card; path: string; onChange(card: Card): void }) {
  const image = useField(`${path}.imageUrl`);
  return (
    <Stack gap="sm">
      <TemplateInput
        label="Title"
        path={`${path}.title`}
        value={card.title}
        limit={CARD_LIMIT}
        minRows={1}
        onChange={(title) => onChange({ ...card, title })}
      />
      <TemplateInput
        label="Subtitle"
        path={`${path}.subtitle`}
        value={card.subtitle ?? ''}
        limit={CARD_LIMIT}
        minRows={1}
        onChange={(subtitle) => onChange(withOptional(card, 'subtitle', subtitle))}
      />
      <TextInput
        label="Picture"
        type="url"
        placeholder="https://"
        value={card.imageUrl ?? ''}
        onChange={(event) => onChange(withOptional(card, 'imageUrl', event.currentTarget.value))}
        {...image}
      />
      <ButtonFields
        value={card.buttons}
        path={`${path}.buttons`}
        onChange={(buttons) => onChange(withOptional(card, 'buttons', buttons))}
      />
    </Stack>
  );
}
