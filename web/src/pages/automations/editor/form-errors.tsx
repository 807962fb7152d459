import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react';
import type { ErrorDetail } from '../../../api/api-error.js';
import { shownError } from './shown-error.js';

interface FormErrors {
  errorAt(path: string, within: boolean): string | undefined;
  touch(path: string): void;
}

const Errors = createContext<FormErrors>({ errorAt: () => undefined, touch: () => {} });

interface FormErrorsProviderProps {
  details: readonly ErrorDetail[];
  /** Errors of fields that nobody has typed in yet, too. */
  showAll: boolean;
  children: ReactNode;
}

/** Hands the server's messages to the fields that they are about. */
export function FormErrorsProvider({ details, showAll, children }: FormErrorsProviderProps) {
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const touch = useCallback(
    (path: string) => setTouched((before) => (before.has(path) ? before : new Set(before).add(path))),
    [],
  );
  const value = useMemo(
    () => ({
      touch,
      errorAt: (path: string, within: boolean) =>
        showAll || touched.has(path) ? shownError(details, path, within) : undefined,
    }),
    [details, showAll, touched, touch],
  );
  return <Errors.Provider value={value}>{children}</Errors.Provider>;
}

/**
 * Properties of an input: its error, and what tells that somebody has been in it.
 *
 * @param path as the server names it, for example `actions.0.text`
 * @param within errors of what lies below the path are shown here too, as of one keyword among many
 */
export function useField(path: string, within = false) {
  const { errorAt, touch } = useContext(Errors);
  return { error: errorAt(path, within), onBlur: () => touch(path), onInput: () => touch(path) };
}

/** The error at a path, for what is no single input. */
export const useErrorAt = (path: string): string | undefined => useContext(Errors).errorAt(path, false);
