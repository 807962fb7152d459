import type { ScramConversation, ScramSecret } from './scram.js';

/** What the server knows of one connection. */
export interface ClientState {
  readonly id: number;
  /** Undefined where the operating system has checked already who connects: on the unix socket. */
  readonly secret: ScramSecret | undefined;
  isAuthenticated: boolean;
  conversation: ScramConversation | undefined;
  skipsEmptyExchange: boolean;
}

export function newClient(id: number, secret: ScramSecret | undefined): ClientState {
  return {
    id,
    secret,
    isAuthenticated: secret === undefined,
    conversation: undefined,
    skipsEmptyExchange: false,
  };
}
