import { Button, Center, Group, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { ApiError } from '../api/api-error.js';
import { ColorSchemeSwitch } from '../app/color-scheme-switch.js';
import { SandboxBadge } from '../app/sandbox-badge.js';
import { isSandbox } from '../app/server-mode.js';
import { usePageTitle } from '../components/page-header.js';
import { useSignIn } from './use-session.js';

const WHERE_IN_THE_SANDBOX = 'The sandbox prints its token where it was started.';
const WHERE = 'ADMIN_TOKEN of the server, or one of ADMIN_READ_TOKENS to look only.';

export function SignInPage() {
  usePageTitle('Sign in');
  return (
    <Center component="main" id="main" mih="100vh" p="md">
      <Paper withBorder p="xl" radius="md" w="100%" maw={420}>
        <Stack>
          <Group justify="space-between">
            <Group gap="sm">
              <Title order={1} size="h3">
                ChatAutoDM
              </Title>
              <SandboxBadge />
            </Group>
            <ColorSchemeSwitch />
          </Group>
          <SignInForm />
        </Stack>
      </Paper>
    </Center>
  );
}

function SignInForm() {
  const signIn = useSignIn();
  const [token, setToken] = useState('');
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await signIn(token.trim());
    } catch (failure) {
      setError(explain(failure));
      setBusy(false);
    }
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack>
        {/* Without a name to file it under, password managers don't offer to keep the token. */}
        <input type="text" name="username" autoComplete="username" value="admin" readOnly hidden />
        <PasswordInput
          label="Token"
          description={isSandbox() ? WHERE_IN_THE_SANDBOX : WHERE}
          name="password"
          autoComplete="current-password"
          required
          data-autofocus
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
          error={error}
        />
        <Button type="submit" loading={busy} disabled={token.trim() === ''}>
          Sign in
        </Button>
        <Text size="xs" c="dimmed">
          Your browser keeps a cookie that scripts can’t read. Signing out ends it.
        </Text>
      </Stack>
    </form>
  );
}

function explain(failure: unknown): string {
  if (!(failure instanceof Error)) return 'Something went wrong.';
  if (failure instanceof ApiError && failure.statusCode === 429 && failure.retryAfterSeconds !== undefined) {
    return `Too many wrong tokens came from your address. Try again in ${failure.retryAfterSeconds} seconds.`;
  }
  return failure.message;
}
