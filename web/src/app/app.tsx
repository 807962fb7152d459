import { Center, Loader, MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { ErrorState } from '../components/error-state.js';
import { SignInPage } from '../session/sign-in.page.js';
import { useSession } from '../session/use-session.js';
import { queryClient } from './query-client.js';
import { Shell } from './shell.js';
import { styleNonce } from './style-nonce.js';
import { readableGreys, theme } from './theme.js';

export function App() {
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
      cssVariablesResolver={readableGreys}
    >
      <QueryClientProvider client={queryClient}>
        <ModalsProvider>
          {/* Not at the top: there it would cover the buttons that a page begins with. */}
          <Notifications position="bottom-right" />
          <SignedInOrNot />
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}

function SignedInOrNot() {
  const session = useSession();
  if (session.isPending) {
    return (
      <Center component="main" h="100vh">
        <Loader aria-label="Loading" />
      </Center>
    );
  }
  if (session.isError) {
    return (
      <Center component="main" h="100vh">
        <ErrorState error={session.error} onRetry={() => void session.refetch()} />
      </Center>
    );
  }
  return session.data === null ? <SignInPage /> : <Shell session={session.data} />;
}
