import { GraphError } from '../../instagram/graph/graph.errors.js';
import { concernsAccount } from '../answering/graph-failure.js';
import type { ConversationMessage } from '../../instagram/graph/graph.types.js';

/** Instagram tells times to the second, and by its own clock. */
const SLACK_MS = 10_000;

/**
 * Looks for a message in what Instagram tells of the conversation.
 *
 * @param since when it was sent at the earliest
 * @param read the newest messages of the conversation
 * @param isKnown whether the message belongs to another send
 * @returns Instagram's id of it; null where it is not there, or Instagram gives no answer
 * @throws {GraphError} that concerns the account: to send now would make it worse
 */
export async function findSent(
  { account, text, since }: { account: string; text: string; since: Date },
  read: () => Promise<ConversationMessage[]>,
  isKnown: (id: string) => Promise<boolean>,
): Promise<string | null> {
  try {
    for (const message of await read()) {
      const same = message.from === account && message.text === text;
      if (!same || message.createdAt < since.getTime() - SLACK_MS) continue;
      if (!(await isKnown(message.id))) return message.id;
    }
  } catch (error) {
    if (!(error instanceof GraphError) || concernsAccount(error)) throw error;
  }
  return null;
}
