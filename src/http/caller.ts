import type { Request } from 'express';

export const roles = ['admin', 'reader'] as const;
export type Role = (typeof roles)[number];

export const ways = ['bearer', 'session', 'command_line'] as const;

/** Who makes a request to the admin routes, or runs a command. */
export interface Caller {
  role: Role;
  /**
   * Tells tokens apart without telling them: the first 8 hexadecimal digits of the token's SHA-256. Of the command line, the
   * user of the machine.
   */
  token: string;
  via: (typeof ways)[number];
}

const callers = new WeakMap<Request, Caller>();

/** Undefined for a request that showed neither a token nor a session. */
export const callerOf = (request: Request): Caller | undefined => callers.get(request);

export function setCaller(request: Request, caller: Caller): void {
  callers.set(request, caller);
}

/** Whether the request may change something: all but the methods that HTTP calls safe. */
export const isWrite = ({ method }: Pick<Request, 'method'>): boolean =>
  method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
