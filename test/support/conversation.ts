import {
  commentWebhook,
  messageWebhook,
  postbackWebhook,
  type CommentInput,
  type MessageInput,
} from '../../src/instagram/webhook-samples.js';
import type { TestServer } from './test-server.js';

interface Job {
  id: string;
  kind: string;
  status: string;
  outcome: Record<string, unknown> | null;
  errors: { code: string }[];
  runAt: string;
}

/** One person who writes to one account of a server, over HTTP, and what becomes of it. */
export class Conversation {
  private said = 0;

  constructor(
    private readonly server: TestServer,
    readonly account: string,
    readonly person: string,
  ) {}

  /** Sends a message; answers the outcome of its event. */
  say(text: string, more: Partial<MessageInput> = {}): Promise<unknown> {
    return this.outcomeOf(messageWebhook({ ...this.between(), text, ...more }));
  }

  comment(text: string, more: Partial<CommentInput> = {}): Promise<unknown> {
    return this.outcomeOf(commentWebhook({ ...this.between(), text, ...more }));
  }

  tap(payload: string): Promise<unknown> {
    return this.outcomeOf(postbackWebhook({ ...this.between(), payload }));
  }

  /** Posts a webhook of this conversation and waits until its job has ended. */
  async outcomeOf(webhook: object): Promise<unknown> {
    const before = new Set((await this.jobs()).map(({ id }) => id));
    const response = await this.server.post(webhook);
    if (response.status !== 200) throw new Error(`refused with ${response.status}`);
    const [job] = await this.until((jobs) =>
      jobs.filter(({ id, kind, status }) => !before.has(id) && kind !== 'flow' && isOver(status)),
    );
    return job!.outcome;
  }

  /** Resolves with the jobs that `pick` finds, once it finds any. */
  async until(pick: (jobs: Job[]) => Job[]): Promise<Job[]> {
    for (;;) {
      const found = pick(await this.jobs());
      if (found.length > 0) return found;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** The newest first. */
  async jobs(): Promise<Job[]> {
    const path = `jobs?limit=500&conversation=${this.account}:${this.person}`;
    return ((await this.server.admin('GET', path)) as { items: Job[] }).items;
  }

  /** What the person was sent: texts, or whole messages that are none. */
  received(): unknown[] {
    return this.server.sandbox.state.journal
      .page(0, 10_000)
      .filter(({ person, account }) => person === this.person && account === this.account)
      .map(({ kind, content }) => ({ kind, content: textOr(content) }));
  }

  private between() {
    this.said += 1;
    return { account: this.account, person: this.person, timestamp: Date.now() };
  }
}

const isOver = (status: string) => status === 'completed' || status === 'dead';

const textOr = (content: unknown) =>
  typeof content === 'object' && content !== null && 'text' in content && Object.keys(content).length === 1
    ? content.text
    : content;
