import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { JOB_KINDS } from './job-handler.decorator.js';
import type { Handler } from './job.types.js';
import { HandlerRegistrationError } from './queue.errors.js';
import { RETRY_POLICY, type RetryPolicyOptions } from './retry-policy.decorator.js';

/** The kinds of job that the application declares: an injection token. */
export const REGISTERED_KINDS = Symbol('REGISTERED_KINDS');

/** The handler of a kind, and what its class says about retries. */
export interface RegisteredHandler {
  handler: Handler;
  policy: RetryPolicyOptions;
}

/** Which handler runs which kind of job. Complete before the first job runs, or the start fails. */
@Injectable()
export class HandlerRegistry implements OnModuleInit {
  private readonly handlers = new Map<string, RegisteredHandler>();

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
    for (const [kind, [handler]] of found) {
      this.handlers.set(kind, { handler: handler!, policy: policyOf(handler!) });
    }
  }

  /** Undefined for a kind that another version of the program has stored. */
  find(kind: string): RegisteredHandler | undefined {
    return this.handlers.get(kind);
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

/** @throws {HandlerRegistrationError} for values that make no sense: the program must not start */
function policyOf({ constructor }: Handler): RetryPolicyOptions {
  const policy = (Reflect.getMetadata(RETRY_POLICY, constructor) as RetryPolicyOptions | undefined) ?? {};
  const { maxAttempts = 1, backoffMs = 1 } = policy;
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1) {
    throw new HandlerRegistrationError(
      `${constructor.name}: maxAttempts must be a whole number of at least 1, not ${maxAttempts}.`,
    );
  }
  if (!(backoffMs > 0 && Number.isFinite(backoffMs))) {
    throw new HandlerRegistrationError(
      `${constructor.name}: backoffMs must be a number of ms above 0, not ${backoffMs}.`,
    );
  }
  return policy;
}
