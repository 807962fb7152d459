import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/api-client.js';
import { notifyFailed } from '../../components/notify.js';
import type { Act, Failure, Person, Phone, Trace } from './simulator-types.js';

/** Quick enough to see the answer come; the server is this machine's own. */
const PHONE_MS = 700;
const TRACES_MS = 1000;

export interface Sides {
  account: string;
  person: string;
}

export function usePeople() {
  return useQuery({
    queryKey: ['simulator', 'people'],
    queryFn: ({ signal }) => api.get<{ items: Person[] }>('/simulator/people', {}, signal),
  });
}

export function usePhone(sides: Sides) {
  return useQuery({
    queryKey: ['simulator', 'phone', sides],
    queryFn: ({ signal }) => api.get<Phone>('/simulator/conversation', { ...sides }, signal),
    refetchInterval: PHONE_MS,
  });
}

export function useTraces(sides: Sides) {
  return useQuery({
    queryKey: ['simulator', 'traces', sides],
    queryFn: ({ signal }) => api.get<{ items: Trace[] }>('/simulator/traces', { ...sides }, signal),
    refetchInterval: TRACES_MS,
  });
}

export function useFailures(account: string) {
  return useQuery({
    queryKey: ['simulator', 'failures', account],
    queryFn: ({ signal }) => api.get<{ items: Failure[] }>('/simulator/failures', { account }, signal),
    refetchInterval: 2000,
  });
}

/** Does something as the customer. */
export function useAct(sides: Sides, who: Person | undefined) {
  const queries = useQueryClient();
  const mutation = useMutation({
    mutationFn: (act: Act) =>
      api.post('/simulator/events', {
        ...sides,
        ...(who && { username: who.username, name: who.name }),
        ...act,
      }),
    onError: notifyFailed,
    onSettled: () => queries.invalidateQueries({ queryKey: ['simulator'] }),
  });
  return { act: (act: Act) => mutation.mutate(act), isActing: mutation.isPending };
}

/** Begins the conversation anew. */
export function useForget({ account, person }: Sides) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.delete(`/simulator/conversation?account=${account}&person=${person}`),
    onError: notifyFailed,
    onSettled: () => queries.invalidateQueries({ queryKey: ['simulator'] }),
  });
}

export function useFailureSwitch(account: string) {
  const queries = useQueryClient();
  const options = {
    onError: notifyFailed,
    onSettled: () => queries.invalidateQueries({ queryKey: ['simulator'] }),
  };
  const switchOn = useMutation({
    mutationFn: ({ kind, times }: Failure) => api.post('/simulator/failures', { account, kind, times }),
    ...options,
  });
  const reset = useMutation({
    mutationFn: () => api.delete(`/simulator/failures?account=${account}`),
    ...options,
  });
  return { switchOn: (failure: Failure) => switchOn.mutate(failure), reset: () => reset.mutate() };
}
