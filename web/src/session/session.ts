export interface Session {
  /** A reader's writes are refused. */
  role: 'admin' | 'reader';
  sandbox: boolean;
  version: string;
}

/** What the server answers to who asks for the session: without one the role is null, and nothing else is told. */
export type SessionAnswer = Session | { role: null };

/** Of the query that holds the session, or null when signed out. */
export const SESSION_KEY = ['session'];
