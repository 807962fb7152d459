import { SetMetadata } from '@nestjs/common';

export const RETRY_POLICY = 'queue:retry-policy';

export interface RetryPolicyOptions {
  /** Runs that count before a job is dead; at least 1. */
  maxAttempts?: number;
  /** Longest wait before the second attempt, in ms; doubles with each. */
  backoffMs?: number;
}

/** Beside {@link JobHandler}: how jobs of these kinds are tried again, where that differs from the configuration. */
export const RetryPolicy = (options: RetryPolicyOptions): ClassDecorator =>
  SetMetadata(RETRY_POLICY, options);
