import { AppShell, Burger, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { pages } from '../pages/pages.js';
import type { Session } from '../session/session.js';
import { SignOutButton } from '../session/sign-out-button.js';
import { ColorSchemeSwitch } from './color-scheme-switch.js';
import { Navigation } from './navigation.js';
import { PageRoutes } from './page-routes.js';
import { SandboxBadge } from './sandbox-badge.js';

/** What stands around each page. */
export function Shell({ session }: { session: Session }) {
  const [open, { toggle, close }] = useDisclosure(false);
  const shown = pages.filter(({ sandboxOnly }) => !sandboxOnly || session.sandbox);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !open } }}
      padding="md"
    >
      <a className="skip-link" href="#main">
        Skip to the page
      </a>
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={open}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={open ? 'Close the menu' : 'Open the menu'}
              aria-expanded={open}
            />
            <Text fw={700} visibleFrom="xs">
              ChatAutoDM
            </Text>
            <SandboxBadge />
          </Group>
          <Group gap="xs" wrap="nowrap">
            {session.role === 'reader' && <Text size="sm">read only</Text>}
            <ColorSchemeSwitch />
            <SignOutButton />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Pages">
        <Navigation pages={shown} onNavigate={close} />
        <Text size="xs" c="dimmed" mt="auto" px="sm">
          Version {session.version}
        </Text>
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <PageRoutes pages={shown} />
      </AppShell.Main>
    </AppShell>
  );
}
