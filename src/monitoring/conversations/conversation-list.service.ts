import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import {
  ConversationRepository,
  type ConversationFilter,
  type ConversationPage,
  type ConversationPosition,
} from '../../automation/contacts/conversation.repository.js';
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
/** A filter that few fit would else read all contacts: of all accounts together no more than these are looked at … */
const MAX_LOOKED_AT = 5000;
/** … and of each so many all the same. */
const LEAST_LOOKED_AT = 20;

/** Lists conversations of one account or of all, by their last activity. */
@Injectable()
export class ConversationListService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly conversations: ConversationRepository,
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
    const accounts = account === undefined ? await this.allAccounts() : [account];
    const lookAt = Math.max(LEAST_LOOKED_AT, Math.floor(MAX_LOOKED_AT / Math.max(1, accounts.length)));
    const pages = await Promise.all(
      accounts.map((each) => this.conversations.page(each, filter, { now, limit: limit + 1, after, lookAt })),
    );
    const { contacts, end } = merge(pages, limit);
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

/** In the order of all; not further than each account was looked at. */
function merge(pages: ConversationPage[], limit: number) {
  const looked = pages.flatMap(({ lookedTo }) => lookedTo ?? []).toSorted(newestFirst)[0];
  const all = pages
    .flatMap(({ contacts }) => contacts)
    .map((contact) => ({ contact, id: contact._id, activeAt: contact.activeAt! }))
    .filter((each) => !looked || newestFirst(each, looked) <= 0)
    .toSorted(newestFirst);
  const shown = all.slice(0, limit);
  const contacts = shown.map(({ contact }) => contact);
  const end: ConversationPosition | null = all.length > limit ? shown.at(-1)! : (looked ?? null);
  return { contacts, end };
}

const newestFirst = (one: ConversationPosition, other: ConversationPosition): number =>
  other.activeAt.getTime() - one.activeAt.getTime() || (one.id < other.id ? 1 : one.id > other.id ? -1 : 0);

const toCursor = ({ activeAt, id }: ConversationPosition): string => `${activeAt.getTime()}~${id}`;

function fromCursor(cursor: string): ConversationPosition {
  const [, at, id] = /^(\d{1,15})~(\d{1,25}:\d{1,25})$/.exec(cursor) ?? [];
  if (at === undefined || id === undefined) {
    throw new ValidationError([{ path: 'cursor', message: BAD_CURSOR }]);
  }
  return { activeAt: new Date(Number(at)), id };
}
