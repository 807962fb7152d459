import { Injectable, Logger } from '@nestjs/common';
import type { Request } from 'express';
import { AccessConfig } from '../../config/app-config.js';
import { Clock } from '../../database/clock.js';
import type { Caller } from '../../http/caller.js';
import { AuditLogRepository } from './audit-log.repository.js';
import type { AuditLogDocument } from './audit-log.schema.js';

/** What became of a request. */
export interface AuditedResult {
  caller?: Caller | undefined;
  status: number;
  code?: string | undefined;
  /** Of what was made, when the address does not name it. */
  target?: string | undefined;
}

/** What a command of the command line did. */
export interface AuditedRun {
  /** The user of the machine, and the machine. */
  user: string;
  host: string;
  /** For example `redrive-dead-letters`. */
  command: string;
  /** What it was told to work on, if anything. */
  target: string | undefined;
  /** The names of the options that were given. */
  options: string[];
  end: 'done' | 'failed' | 'interrupted';
}

/** A name that a schema may have; what else stands as a name in a body may be anything, and is not kept. */
const FIELD_NAME = /^[A-Za-z0-9_.$[\]-]{1,64}$/;
const MAX_FIELDS = 50;
const MAX_TEXT = 200;
/** In the place of the method of a request. */
export const COMMAND = 'COMMAND';

/** Who changed what, by the admin routes and by the command line. */
@Injectable()
export class AuditLogService {
  private readonly logger = new Logger('Audit');

  constructor(
    private readonly config: AccessConfig,
    private readonly entries: AuditLogRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Resolves when it is on disk, so that whoever was answered can rely on it. A store that fails does not undo what was
   * done: then the line in the log is all there is.
   */
  async record(request: Request, { caller, status, code, target }: AuditedResult): Promise<void> {
    const entry = {
      caller: caller ?? null,
      address: request.ip ?? '',
      method: request.method,
      route: routeOf(request),
      target: targetOf(request) ?? target?.slice(0, MAX_TEXT) ?? null,
      fields: fieldsOf(request),
      status,
      code: code ?? null,
    };
    await this.store(entry).catch((error: unknown) => {
      this.logger.error({ msg: 'could not be stored in the audit log', ...entry, error });
    });
  }

  /** @throws when it could not be stored */
  async recordRun({ user, host, command, target, options, end }: AuditedRun): Promise<void> {
    await this.store({
      caller: { role: 'admin', token: user, via: 'command_line' },
      address: host,
      method: COMMAND,
      route: command,
      target: target?.slice(0, MAX_TEXT) ?? null,
      fields: options.slice(0, MAX_FIELDS),
      status: end === 'done' ? 200 : 500,
      code: end === 'done' ? null : `command_${end}`,
    });
  }

  private async store(entry: Omit<AuditLogDocument, '_id' | 'at' | 'expiresAt'>): Promise<void> {
    const at = this.clock.date();
    const expiresAt = new Date(at.getTime() + this.config.auditRetentionMs);
    await this.entries.insert({ ...entry, at, expiresAt });
  }
}

/** The route's own form where one was found, so that ids and what strangers made up stay apart from it. */
function routeOf(request: Request): string {
  const route = request.route as { path?: unknown } | undefined;
  if (typeof route?.path === 'string') return route.path;
  return `${request.baseUrl}${request.path}`.slice(0, MAX_TEXT);
}

function targetOf({ params }: Request): string | undefined {
  const values = Object.values(params).flat();
  return values.length > 0 ? values.join('/').slice(0, MAX_TEXT) : undefined;
}

function fieldsOf({ body, query }: Request): string[] {
  const inBody = typeof body === 'object' && body !== null && !Array.isArray(body) ? Object.keys(body) : [];
  const names = [...inBody, ...Object.keys(query).map((name) => `?${name}`)];
  return names.filter((name) => FIELD_NAME.test(name.replace(/^\?/, ''))).slice(0, MAX_FIELDS);
}
