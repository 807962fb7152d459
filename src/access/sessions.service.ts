import { Injectable } from '@nestjs/common';
import { AccessConfig } from '../config/app-config.js';
import { Clock } from '../database/clock.js';
import type { AdminToken } from './admin-tokens.js';
import { EndedSessionRepository } from './ended-session.repository.js';
import { SessionSeal, type Session } from './session-seal.js';

/** Sessions of the dashboard. They are in the browsers' cookies; only those that were ended early are stored. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly config: AccessConfig,
    private readonly seal: SessionSeal,
    private readonly ended: EndedSessionRepository,
    private readonly clock: Clock,
  ) {}

  begin(token: AdminToken): { sealed: string; lifeMs: number } {
    const lifeMs = this.config.sessionMs;
    return { sealed: this.seal.seal(token, this.clock.date(lifeMs)), lifeMs };
  }

  /** Undefined for what is no session of this server, has expired or was signed out of. */
  async find(sealed: string): Promise<Session | undefined> {
    const session = this.seal.open(sealed);
    if (!session || session.expiresAt <= this.clock.date()) return undefined;
    return (await this.ended.hasEnded(session.id)) ? undefined : session;
  }

  /** In all processes, and for whoever may have copied the cookie. */
  async end(sealed: string): Promise<void> {
    const session = this.seal.open(sealed);
    if (session) await this.ended.end(session.id, session.expiresAt);
  }
}
