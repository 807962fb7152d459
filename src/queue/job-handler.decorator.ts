import { SetMetadata } from '@nestjs/common';

export const JOB_KINDS = 'queue:job-kinds';

/** Marks a provider as the handler of these kinds of job. Every registered kind needs exactly one. */
export const JobHandler = (...kinds: [string, ...string[]]): ClassDecorator => SetMetadata(JOB_KINDS, kinds);
