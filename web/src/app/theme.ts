import { createTheme, type CSSVariablesResolver } from '@mantine/core';

/** System fonts: nothing is fetched. The shade is dark enough for white text on it (4.5 to 1). */
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 8 },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // A <header>, which would be a second banner of the page.
    ModalHeader: { defaultProps: { role: 'presentation' } },
    // In the alert's own colour it could not be read on white.
    Alert: { styles: { label: { color: 'var(--mantine-color-text)' } } },
  },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
});

/** Mantine's own grey for lesser text has a contrast of 3.3 to 1 on white, its red is no better; 4.5 is the least that all can read. */
export const readableGreys: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': 'var(--mantine-color-gray-7)',
    '--mantine-color-placeholder': 'var(--mantine-color-gray-7)',
    '--mantine-color-error': 'var(--mantine-color-red-9)',
  },
  dark: {
    '--mantine-color-dimmed': 'var(--mantine-color-dark-1)',
    '--mantine-color-placeholder': 'var(--mantine-color-dark-1)',
    '--mantine-color-error': 'var(--mantine-color-red-4)',
  },
});
