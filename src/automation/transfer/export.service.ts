import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import { Clock } from '../../database/clock.js';
import { hasSecret, withoutSecret } from '../actions/webhook-secrets.js';
import { AutomationRepository } from '../automation.repository.js';
import type { Automation } from '../automation.types.js';
import { ContactListRepository } from '../contacts/contact-list.repository.js';
import { ContactRepository } from '../contacts/contact.repository.js';
import { wasHeard, type ContactDocument } from '../contacts/contact.schema.js';
import {
  TRANSFER_FORMAT,
  TRANSFER_VERSION,
  type TransferredAutomation,
  type TransferredContact,
} from './transfer-document.js';
import type { TransferPart } from './transfer-parts.js';

const PAGE = 500;

export interface ExportOptions {
  /** Of this account only. */
  account?: string | undefined;
  include: readonly TransferPart[];
}

/**
 * Writes automations and contacts as one JSON document: never a token, and none of the secrets by which webhooks are
 * signed.
 */
@Injectable()
export class ExportService {
  constructor(
    private readonly automations: AutomationRepository,
    private readonly contacts: ContactRepository,
    private readonly contactLists: ContactListRepository,
    private readonly accounts: AccountsService,
    private readonly clock: Clock,
  ) {}

  /** How many entries the document will have. */
  async size({ account, include }: ExportOptions): Promise<number> {
    const counts = await Promise.all([
      include.includes('automations') ? this.automations.count({ account }) : 0,
      include.includes('contacts') ? this.contacts.count(account) : 0,
    ]);
    return counts[0] + counts[1];
  }

  /**
   * The text of the document, piece by piece, so that a million contacts need no more memory than a page of them.
   *
   * @param onItem called for each entry that was written
   */
  async *write({ account, include }: ExportOptions, onItem: () => void = () => {}): AsyncGenerator<string> {
    const frame = {
      format: TRANSFER_FORMAT,
      version: TRANSFER_VERSION,
      exportedAt: this.clock.date().toISOString(),
      accounts: await this.accountNames(account),
    };
    yield JSON.stringify(frame, null, 2).replace(/\n\}$/, '');
    const pages: Record<TransferPart, AsyncGenerator<object[]>> = {
      automations: this.automationPages(account),
      contacts: this.contactPages(account),
    };
    for (const part of include) {
      yield `,\n  "${part}": [`;
      let separator = '\n    ';
      for await (const page of pages[part]) {
        let text = '';
        for (const entry of page) {
          text += separator + JSON.stringify(entry);
          separator = ',\n    ';
          onItem();
        }
        yield text;
      }
      yield separator.startsWith(',') ? '\n  ]' : ']';
    }
    yield '\n}\n';
  }

  private async accountNames(only: string | undefined): Promise<{ instagramId: string; username: string }[]> {
    const names: { instagramId: string; username: string }[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.accounts.list(PAGE, cursor);
      names.push(...page.map(({ instagramId, username }) => ({ instagramId, username })));
      cursor = page.length === PAGE ? page.at(-1)!._id.toHexString() : undefined;
    } while (cursor !== undefined);
    return names.filter(({ instagramId }) => only === undefined || instagramId === only);
  }

  private async *automationPages(account: string | undefined): AsyncGenerator<TransferredAutomation[]> {
    let cursor: string | undefined;
    for (;;) {
      const page = await this.automations.list({ account }, PAGE, cursor);
      yield page.map(toTransferred);
      if (page.length < PAGE) return;
      cursor = page.at(-1)!.id;
    }
  }

  private async *contactPages(account: string | undefined): AsyncGenerator<TransferredContact[]> {
    let cursor: string | undefined;
    for (;;) {
      const { rows, nextCursor } = await this.contactLists.page({ account }, PAGE, cursor);
      yield rows.map(toContact);
      if (nextCursor === null) return;
      cursor = nextCursor;
    }
  }
}

function toTransferred({
  createdAt: _c,
  updatedAt: _u,
  actions,
  ...automation
}: Automation): TransferredAutomation {
  const secretsLeftOut = actions.flatMap((action, place) => (hasSecret(action) ? [place] : []));
  return {
    ...automation,
    actions: actions.map(withoutSecret),
    ...(secretsLeftOut.length > 0 && { secretsLeftOut }),
  };
}

function toContact(contact: ContactDocument): TransferredContact {
  const { account, person, username, name, tags, attributes } = contact;
  const { firstSeenAt, lastInboundAt, optedOutAt } = contact;
  return {
    account,
    person,
    ...(username !== undefined && { username }),
    ...(name !== undefined && { name }),
    tags: tags ?? [],
    attributes: attributes ?? {},
    // To be seen by the account alone makes nobody known.
    ...(wasHeard(contact) && { firstSeenAt: firstSeenAt.toISOString() }),
    ...(lastInboundAt && { lastInboundAt: lastInboundAt.toISOString() }),
    ...(optedOutAt && { optedOutAt: optedOutAt.toISOString() }),
  };
}
