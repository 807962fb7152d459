import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../api/api-client.js';
import { SESSION_KEY, type Session, type SessionAnswer } from './session.js';

/** Who is signed in; null when nobody is. */
export function useSession() {
  return useQuery({ queryKey: SESSION_KEY, queryFn: readSession, staleTime: 60_000 });
}

/** False for those who may only read: what writes is not offered to them. */
export function useCanWrite(): boolean {
  return useSession().data?.role === 'admin';
}

/** Signs in with a token; throws what the server says when it is wrong. */
export function useSignIn(): (token: string) => Promise<void> {
  const queries = useQueryClient();
  return async (token) => {
    await api.post<Session>('/session', { token });
    // Asked again, since a browser keeps a cookie for https only when it came by https.
    const session = await readSession({});
    if (!session) throw new Error('Your browser did not keep the cookie: open the dashboard over https.');
    queries.setQueryData(SESSION_KEY, session);
  };
}

/** Signs out, and forgets what was read. */
export function useSignOut(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await api.delete('/session');
    // Not `clear()`: it would take the session from under those who watch it, and they would not learn of its end.
    queries.setQueryData(SESSION_KEY, null);
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] });
  };
}

async function readSession({ signal }: { signal?: AbortSignal }): Promise<Session | null> {
  const answer = await api.get<SessionAnswer>('/session', {}, signal);
  return answer.role === null ? null : answer;
}
