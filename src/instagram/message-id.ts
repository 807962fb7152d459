import { randomBytes } from 'node:crypto';

/** How the message ids in published captures begin; `aWdf` is base64 of `ig_`. */
const MESSAGE_PREFIX = 'aWdfZAG1faXRlbToxOklHTWVzc2FnZAUlEOj';

/** A message id that looks like one of Instagram's; the same `rest` gives the same id. */
export function messageIdOf(rest: string): string {
  return MESSAGE_PREFIX + Buffer.from(rest).toString('base64url');
}

export function randomMessageId(): string {
  return messageIdOf(randomBytes(12).toString('hex'));
}
