import { Box, Button, Code, CopyButton } from '@mantine/core';

interface JsonViewProps {
  value: unknown;
  /** Names the region for screen readers, for example "Payload as JSON"; not like that of a region around it. */
  label: string;
  maxHeight?: number;
}

/** Any value as indented JSON, to read, scroll and copy. */
export function JsonView({ value, label, maxHeight = 400 }: JsonViewProps) {
  const text = JSON.stringify(value, null, 2) ?? 'undefined';
  return (
    <Box pos="relative">
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button
            variant="default"
            size="compact-xs"
            pos="absolute"
            top={8}
            right={8}
            onClick={copy}
            aria-label={`Copy ${label}`}
          >
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </CopyButton>
      {/* Scrollable, so the keyboard must be able to reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the tag is <pre>, which keeps the line breaks */}
      <Code block tabIndex={0} role="region" aria-label={label} mah={maxHeight} style={{ overflow: 'auto' }}>
        {text}
      </Code>
    </Box>
  );
}
