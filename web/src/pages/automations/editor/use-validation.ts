import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api } from '../../../api/api-client.js';
import type { ErrorDetail } from '../../../api/api-error.js';
import type { AutomationSettings } from '../automation.types.js';

interface Validity {
  valid: boolean;
  details: ErrorDetail[];
}

const question = (settings: string) => ({
  queryKey: ['automation-validity', settings],
  queryFn: () => api.post<Validity>('/automations/validate', JSON.parse(settings)),
  staleTime: Infinity,
  gcTime: 60_000,
});

const WAIT_MS = 250;
const nothing: readonly ErrorDetail[] = [];

/** What the server says of the settings, shortly after the last key: its rules and words, and no second set of them here. */
export function useValidation(settings: AutomationSettings): {
  details: readonly ErrorDetail[];
  /** Of these very settings. */
  upToDate: boolean;
} {
  const text = useMemo(() => JSON.stringify(settings), [settings]);
  const [settled] = useDebouncedValue(text, WAIT_MS);
  const { data, isPlaceholderData } = useQuery({ ...question(settled), placeholderData: keepPreviousData });
  return {
    details: data?.details ?? nothing,
    upToDate: settled === text && data !== undefined && !isPlaceholderData,
  };
}

/** Asks at once, before something is done with the settings: resolves with whether they are valid. */
export function useIsValid(): (settings: AutomationSettings) => Promise<boolean> {
  const queries = useQueryClient();
  return async (settings) => (await queries.fetchQuery(question(JSON.stringify(settings)))).valid;
}
