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

/** What the last part of a path does, where that is not its verb. */
const DEEDS: Record<string, string> = {
  'accounts/by-token': 'Connect account by token',
  'automations/validate': 'Check automation',
  'automations/try': 'Try automation',
  'simulator/events': 'Act as a customer',
  'simulator/failures': 'Set failures of Instagram',
  'simulator/conversation': 'Start over as a customer',
  oauth: 'Begin a login at Instagram',
};

/** What somebody did, in words: `Retry job`, `Sign in`, `Change account`, `Redrive dead letters`. */
export function actionOf({ method, route }: Pick<AuditEntry, 'method' | 'route'>): string {
  const all = route.replace(/^\/api\/admin\//, '').split('/');
  const parts = all.filter((part) => !part.startsWith(':'));
  if (parts[0] === 'session') return method === 'DELETE' ? 'Sign out' : 'Sign in';
  if (method === 'COMMAND') return capital(parts.join(' ').replaceAll('-', ' '));
  const known = DEEDS[parts.join('/')];
  if (known !== undefined) return known;
  const [things = '', ...deed] = parts.map((part) => part.replaceAll('-', ' '));
  const isOne = all.length > parts.length || (deed.length === 0 && method === 'POST');
  const verb = deed.length > 0 ? capital(deed.join(' ')) : (VERBS[method] ?? method);
  return `${verb} ${isOne ? things.replace(/s$/, '') : things}`.trim();
}

/** Who: the role with what tells tokens apart, and how they came in; of the command line, the user of the machine. */
export function whoIs(caller: AuditEntry['caller']): string {
  if (!caller) return 'nobody known';
  if (caller.via === 'command_line') return `${caller.token}, command line`;
  return `${caller.role} ${caller.token}${caller.via === 'session' ? ', signed in' : ''}`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
