import { Stack, Text } from '@mantine/core';
import { IconMessageCircle, IconPhoto } from '@tabler/icons-react';
import { EachPlace } from '../../../components/each-place.js';
import type { Card } from '../automation.types.js';
import { previewOf, type PreviewItem } from './preview.js';
import classes from './phone-preview.module.css';
import type { Draft } from './draft.js';

/** What the person will see, as it is typed. Pictures are not fetched: nothing here leaves the server. */
export function PhonePreview({ draft, eventText }: { draft: Draft; eventText: string }) {
  const items = previewOf(
    draft.actions.map(({ value }) => value),
    draft.trigger.type,
    eventText,
  );
  return (
    // Scrolls when there is more than fits, so the keyboard must be able to reach it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region takes the focus
    <section className={classes['phone']} aria-label="Preview" tabIndex={0}>
      <Stack gap={8}>
        <EachPlace of={items}>{(item) => <Item item={item} />}</EachPlace>
      </Stack>
    </section>
  );
}

function Item({ item }: { item: PreviewItem }) {
  switch (item.kind) {
    case 'in':
      return <div className={classes['in']}>{item.text}</div>;
    case 'bubble':
      return <Bubble item={item} />;
    case 'media':
      return (
        <div className={classes['out']}>
          <IconPhoto size={16} aria-hidden /> {item.media}
        </div>
      );
    case 'cards':
      return (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region takes the focus
        <section className={classes['cards']} aria-label="Cards" tabIndex={0}>
          <EachPlace of={item.cards}>{(card) => <CardPreview card={card} />}</EachPlace>
        </section>
      );
    case 'public':
      return (
        <div className={classes['public']}>
          <Text size="xs" c="dimmed">
            <IconMessageCircle size={12} aria-hidden /> under the comment
          </Text>
          {item.text || '…'}
          <Variants count={item.variants} />
        </div>
      );
    case 'note':
      return (
        <Text size="xs" c="dimmed" ta="center">
          {item.text}
        </Text>
      );
  }
}

function Bubble({ item }: { item: Extract<PreviewItem, { kind: 'bubble' }> }) {
  return (
    <>
      <div className={classes['out']}>{item.text || '…'}</div>
      {item.buttons.length > 0 && (
        <div className={classes['buttons']}>
          <EachPlace of={item.buttons}>
            {(button) => <div className={classes['button']}>{button.title || '…'}</div>}
          </EachPlace>
        </div>
      )}
      {item.quickReplies.length > 0 && (
        <div className={classes['quickReplies']}>
          <EachPlace of={item.quickReplies}>
            {(title) => <div className={classes['quickReply']}>{title || '…'}</div>}
          </EachPlace>
        </div>
      )}
      <Variants count={item.variants} />
    </>
  );
}

function Variants({ count }: { count: number }) {
  if (count < 2) return null;
  return (
    <Text size="xs" c="dimmed" ta="right">
      or one of {count - 1} more
    </Text>
  );
}

function CardPreview({ card }: { card: Card }) {
  return (
    <div className={classes['card']}>
      {card.imageUrl !== undefined && (
        <div className={classes['picture']}>
          <IconPhoto size={20} aria-hidden />
        </div>
      )}
      <div style={{ padding: 8 }}>
        <Text size="sm" fw={600}>
          {card.title || '…'}
        </Text>
        {card.subtitle !== undefined && (
          <Text size="xs" c="dimmed">
            {card.subtitle}
          </Text>
        )}
        <Stack gap={4} mt={card.buttons ? 8 : 0}>
          <EachPlace of={card.buttons ?? []}>
            {(button) => <div className={classes['button']}>{button.title || '…'}</div>}
          </EachPlace>
        </Stack>
      </div>
    </div>
  );
}
