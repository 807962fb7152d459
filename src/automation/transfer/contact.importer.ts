import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import { Clock } from '../../database/clock.js';
import { problemsOf } from '../../http/zod.pipe.js';
import { ContactRepository, type ContactAddition } from '../contacts/contact.repository.js';
import { wasHeard, type ContactDocument } from '../contacts/contact.schema.js';
import type { ImportedEntry, ImportTarget } from './automation.importer.js';
import { contactSchema, type TransferredContact } from './transfer-document.js';

/**
 * Brings in people one by one. What a document says is added to what is known here, and nothing is taken away: tags are
 * joined, an opt-out stays, and only attributes of the same name are overwritten.
 */
@Injectable()
export class ContactImporter {
  constructor(
    private readonly contacts: ContactRepository,
    private readonly accounts: AccountsService,
    private readonly clock: Clock,
  ) {}

  /** People belong to the account to which they wrote: a target account takes no others. */
  async import(entry: unknown, { dryRun, account: only }: ImportTarget): Promise<ImportedEntry> {
    const parsed = contactSchema.safeParse(entry);
    if (!parsed.success) return failed(problemsOf(parsed.error));
    const contact = parsed.data;
    const { account, person } = contact;
    if (only !== undefined && account !== only) {
      return failed([
        { path: 'account', message: 'is another one: Instagram gives people an id for each account' },
      ]);
    }
    if (!(await this.accounts.find(account))) {
      return failed([{ path: 'account', message: 'is not a connected account' }]);
    }
    const known = await this.contacts.find(account, person);
    const addition = additionTo(known, contact);
    const result = known === null ? 'created' : addition === null ? 'unchanged' : 'updated';
    if (!dryRun && (known === null || addition !== null)) {
      const firstSeenAt =
        contact.firstSeenAt === undefined ? this.clock.date() : new Date(contact.firstSeenAt);
      await this.contacts.add({ account, person }, addition ?? {}, firstSeenAt);
    }
    return { result, errors: [], warnings: [] };
  }
}

/** Null when all of it is known. */
function additionTo(known: ContactDocument | null, contact: TransferredContact): ContactAddition | null {
  const { username, name, firstSeenAt, lastInboundAt, optedOutAt } = contact;
  const tags = contact.tags.filter((tag) => !known?.tags?.includes(tag));
  const attributes = Object.entries(contact.attributes).filter(
    ([key, value]) => known?.attributes?.[key] !== value,
  );
  const inbound = lastInboundAt === undefined ? undefined : new Date(lastInboundAt);
  const stopped = optedOutAt === undefined ? undefined : new Date(optedOutAt);
  const addition: ContactAddition = {
    ...(username !== undefined && !known?.username && { username }),
    ...(name !== undefined && !known?.name && { name }),
    ...(tags.length > 0 && { tags }),
    ...(attributes.length > 0 && { attributes: Object.fromEntries(attributes) }),
    ...(firstSeenAt !== undefined && !wasHeard(known) && { firstJob: 'import' as const }),
    ...(inbound && inbound.getTime() > (known?.lastInboundAt?.getTime() ?? 0) && { lastInboundAt: inbound }),
    ...(stopped &&
      !known?.optedOutAt &&
      !(known?.optedInAt && known.optedInAt > stopped) && { optedOutAt: stopped }),
  };
  return Object.keys(addition).length > 0 ? addition : null;
}

const failed = (errors: ImportedEntry['errors']): ImportedEntry => ({
  result: 'failed',
  errors,
  warnings: [],
});
