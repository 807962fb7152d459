import { Button, Collapse, Group, Paper, SimpleGrid } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { IconFilter, IconX } from '@tabler/icons-react';
import { useId, type ReactNode } from 'react';

interface FilterBarProps {
  isEmpty: boolean;
  onClear: () => void;
  children: ReactNode;
}

/** The filters of a list; on a phone behind a button, lest they fill the screen. */
export function FilterBar({ isEmpty, onClear, children }: FilterBarProps) {
  const id = useId();
  const isWide = useMediaQuery('(min-width: 48em)', true, { getInitialValueInEffect: false });
  const [isOpen, { toggle }] = useDisclosure(!isEmpty);
  return (
    <Paper withBorder p="sm" mb="md" component="search" aria-label="Filters">
      {!isWide && (
        <Button
          variant="default"
          fullWidth
          leftSection={<IconFilter size={16} aria-hidden />}
          onClick={toggle}
          aria-expanded={isOpen}
          aria-controls={id}
        >
          {isOpen ? 'Hide filters' : 'Filters'}
        </Button>
      )}
      <Collapse expanded={isWide || isOpen} id={id}>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3, xl: 6 }} spacing="xs" mt={isWide ? 0 : 'sm'}>
          {children}
        </SimpleGrid>
        {!isEmpty && (
          <Group mt="xs" justify="flex-end">
            <Button
              variant="subtle"
              size="compact-sm"
              leftSection={<IconX size={14} aria-hidden />}
              onClick={onClear}
            >
              Clear all filters
            </Button>
          </Group>
        )}
      </Collapse>
    </Paper>
  );
}
