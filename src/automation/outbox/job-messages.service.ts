import { Injectable } from '@nestjs/common';
import { MessageRepository } from './message.repository.js';
import type { MessageDocument } from './message.schema.js';

const MAX_MESSAGES = 500;

/** What was sent by a job. */
@Injectable()
export class JobMessagesService {
  constructor(private readonly messages: MessageRepository) {}

  /**
   * The earliest first.
   *
   * @param of the event's own key as well, if the job runs it again: such a job goes on with the sends of the first one
   */
  async sentBy(of: {
    job: string;
    account: string;
    person: string;
    event?: string | undefined;
  }): Promise<MessageDocument[]> {
    const { job, account, person, event } = of;
    const first = event === undefined ? [] : await this.messages.jobsOf(account, person, event);
    const { rows } = await this.messages.page({ account, person, jobs: [job, ...first] }, MAX_MESSAGES);
    return rows.toReversed();
  }
}
