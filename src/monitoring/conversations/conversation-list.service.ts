import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import {
  ConversationRepository,
  type ConversationFilter,
  type ConversationPage,
  type ConversationPosition,
} from '../../automation/contacts/conversation.repository.js';
import { ConversationWindowRepository } from '../../automation/contacts/conversation-window.repository.js';
import { Clock } from '../../database/clock.js';
import { ValidationError } from '../../http/http.errors.js';
import { BAD_CURSOR, type Page } from '../../http/paging.js';
import { toConversationView, type ListedConversation } from './conversation.view.js';
import { LastEntries } from './last-entries.js';

interface ListQuery extends ConversationFilter {
  account?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** More accounts than these are not read for one list: with them, one has to be named. */
const MAX_ACCOUNTS = 500;

/** Lists conversations of one account or of all, by their last activity. */
@Injectable()
export class ConversationListService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly conversations: ConversationRepository,
    private readonly windows: ConversationWindowRepository,
    private readonly lastEntries: LastEntries,
    private readonly clock: Clock,
  ) {}

  /**
   * A page may be short, and still have a next one.
   *
   * @throws {ValidationError} when the cursor is none, or no account is named and there are too many
   */
  async list({ account, limit, cursor, ...filter }: ListQuery): Promise<Page<ListedConversation>> {
    const now = this.clock.date();
    const after = cursor === undefined ? undefined : fromCursor(cursor);
    const page =
      account === undefined
        ? await this.windows.page(await this.allAccounts(), { filter, now, limit: limit + 1, after })
        : await this.conversations.page(account, filter, now, limit + 1, after);
    const { contacts, end } = cut(page, limit);
    const last = await this.lastEntries.of(contacts);
    const items = contacts.map((contact) =>
      Object.assign(toConversationView(contact, now), { last: last.get(contact._id) ?? null }),
    );
    return { items, nextCursor: end && toCursor(end) };
  }

  private async allAccounts(): Promise<string[]> {
    const accounts = await this.accounts.list(MAX_ACCOUNTS + 1, undefined);
    if (accounts.length > MAX_ACCOUNTS) {
      const message = `must be given: there are more than ${MAX_ACCOUNTS} accounts`;
      throw new ValidationError([{ path: 'account', message }]);
    }
    return accounts.map(({ instagramId }) => instagramId);
  }
}

/** One more was asked for, so that a last page is known; behind it lies what was not looked at. */
function cut({ contacts: found, lookedTo }: ConversationPage, limit: number) {
  const contacts = found.slice(0, limit);
  const last = contacts.at(-1);
  const end: ConversationPosition | null =
    found.length > limit && last ? { activeAt: last.activeAt!, id: last._id } : lookedTo;
  return { contacts, end };
}

const toCursor = ({ activeAt, id }: ConversationPosition): string => `${activeAt.getTime()}~${id}`;

function fromCursor(cursor: string): ConversationPosition {
  const [, at, id] = /^(\d{1,15})~(\d{1,25}:\d{1,25})$/.exec(cursor) ?? [];
  if (at === undefined || id === undefined) {
    throw new ValidationError([{ path: 'cursor', message: BAD_CURSOR }]);
  }
  return { activeAt: new Date(Number(at)), id };
}
