import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { JOB_KINDS } from './job-handler.decorator.js';
import type { Handler } from './job.types.js';
import { HandlerRegistrationError } from './queue.errors.js';

/** The kinds of job that the application declares: an injection token. */
export const REGISTERED_KINDS = Symbol('REGISTERED_KINDS');

/** Which handler runs which kind of job. Complete before the first job runs, or the start fails. */
@Injectable()
export class HandlerRegistry implements OnModuleInit {
  private readonly handlers = new Map<string, Handler>();

  constructor(
    private readonly discovery: DiscoveryService,
    @Inject(REGISTERED_KINDS) private readonly kinds: readonly string[],
  ) {}

  onModuleInit(): void {
    const found = this.discover();
    const problems = [...new Set([...this.kinds, ...found.keys()])].flatMap((kind) => {
      const names = (found.get(kind) ?? []).map((handler) => handler.constructor.name);
      if (!this.kinds.includes(kind)) return [`${names.join(', ')} handles "${kind}", which is not declared`];
      if (names.length === 0) return [`"${kind}" has no handler`];
      return names.length > 1 ? [`"${kind}" has several handlers: ${names.join(', ')}`] : [];
    });
    if (problems.length > 0) {
      throw new HandlerRegistrationError(
        `Each kind of job needs exactly one handler: ${problems.join('; ')}.`,
      );
    }
    for (const [kind, [handler]] of found) this.handlers.set(kind, handler!);
  }

  /** @throws {HandlerRegistrationError} for a kind stored by another version of the program */
  get(kind: string): Handler {
    const handler = this.handlers.get(kind);
    if (!handler) throw new HandlerRegistrationError(`No handler for jobs of kind "${kind}".`);
    return handler;
  }

  private discover(): Map<string, Handler[]> {
    const found = new Map<string, Handler[]>();
    const seen = new Set<unknown>();
    for (const { instance, metatype } of this.discovery.getProviders()) {
      if (!instance || typeof metatype !== 'function' || seen.has(instance)) continue;
      seen.add(instance);
      const kinds = (Reflect.getMetadata(JOB_KINDS, metatype) as string[] | undefined) ?? [];
      for (const kind of kinds) found.set(kind, [...(found.get(kind) ?? []), instance as Handler]);
    }
    return found;
  }
}
