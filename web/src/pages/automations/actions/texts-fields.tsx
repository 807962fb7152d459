import { ActionIcon, Button, Group, Stack } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { EachPlace } from '../../../components/each-place.js';
import type { Texts } from '../automation.types.js';
import { TemplateInput } from '../editor/template-input.js';
import type { TextLimit } from '../editor/text-size.js';

interface TextsFieldsProps {
  value: Texts;
  path: string;
  limit: TextLimit;
  onChange(texts: Texts): void;
}

/** One text, or several of which one is picked each time. */
export function TextsFields({ value: { text, texts }, path, limit, onChange }: TextsFieldsProps) {
  const variants = texts ?? [text ?? ''];
  const set = (next: string[], asList: boolean) =>
    onChange(asList ? { texts: next } : { text: next[0] ?? '' });
  return (
    <Stack gap="sm">
      <EachPlace of={variants}>
        {(variant, index) => (
          // Variants have no key but their place: none of them has a state of its own.
          <Group align="flex-start" wrap="nowrap" gap="xs">
            <div style={{ flex: 1, minWidth: 0 }}>
              <TemplateInput
                label={variants.length > 1 ? `Text, variant ${index + 1}` : 'Text'}
                path={texts ? `${path}.texts.${index}` : `${path}.text`}
                value={variant}
                limit={limit}
                onChange={(next) =>
                  set(
                    variants.map((each, place) => (place === index ? next : each)),
                    texts !== undefined,
                  )
                }
              />
            </div>
            {variants.length > 1 && (
              <ActionIcon
                mt={28}
                variant="default"
                aria-label={`Remove variant ${index + 1}`}
                onClick={() => {
                  const left = variants.filter((_each, place) => place !== index);
                  set(left, left.length > 1);
                }}
              >
                <IconTrash size={16} aria-hidden />
              </ActionIcon>
            )}
          </Group>
        )}
      </EachPlace>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconPlus size={14} aria-hidden />}
        style={{ alignSelf: 'flex-start' }}
        onClick={() => set([...variants, ''], true)}
      >
        Add a variant
      </Button>
    </Stack>
  );
}
