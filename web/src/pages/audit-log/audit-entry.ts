export interface AuditEntry {
  id: string;
  at: string;
  /** Null: no right token was shown. */
  caller: { role: 'admin' | 'reader'; token: string; via: 'bearer' | 'session' | 'command_line' } | null;
  address: string;
  method: string;
  route: string;
  target: string | null;
  fields: string[];
  status: number;
  code: string | null;
}

const VERBS: Record<string, string> = {
  POST: 'Create',
  PUT: 'Replace',
  PATCH: 'Change',
  DELETE: 'Delete',
};

/** What somebody did, in words: `Retry jobs`, `Sign in`, `Change accounts`. */
export function actionOf({ method, route }: Pick<AuditEntry, 'method' | 'route'>): string {
  const parts = route
    .replace(/^\/api\/admin\//, '')
    .split('/')
    .filter((part) => !part.startsWith(':'))
    .map((part) => part.replaceAll('-', ' '));
  if (parts[0] === 'session') return method === 'DELETE' ? 'Sign out' : 'Sign in';
  if (method === 'COMMAND') return capital(parts.join(' '));
  const [thing = '', ...deed] = parts;
  const verb = deed.length > 0 ? capital(deed.join(' ')) : (VERBS[method] ?? method);
  return `${verb} ${thing}`.trim();
}

/** Who: the role with what tells tokens apart, and how they came in; of the command line, the user of the machine. */
export function whoIs(caller: AuditEntry['caller']): string {
  if (!caller) return 'nobody known';
  if (caller.via === 'command_line') return `${caller.token}, command line`;
  return `${caller.role} ${caller.token}${caller.via === 'session' ? ', signed in' : ''}`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
