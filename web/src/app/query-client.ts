import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/api-error.js';
import { SESSION_KEY } from '../session/session.js';

const RETRIES = 2;

/** A session that has ended leads back to the sign-in page, whichever request noticed. */
function noticeSignedOut(error: unknown): void {
  if (error instanceof ApiError && error.statusCode === 401) queryClient.setQueryData(SESSION_KEY, null);
}

/** What was refused for what it says is refused again; only the network and the server's own failures pass. */
const mayPass = (error: unknown) => !(error instanceof ApiError) || error.statusCode >= 500;

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeSignedOut }),
  mutationCache: new MutationCache({ onError: noticeSignedOut }),
  defaultOptions: {
    queries: {
      staleTime: 5000,
      retry: (failures, error) => failures < RETRIES && mayPass(error),
    },
  },
});
