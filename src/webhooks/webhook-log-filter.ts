import { containsText } from '../database/contains-text.js';

export const deliveryStatuses = ['clean', 'rejected'] as const;

/** Which deliveries; everything that is given must hold. */
export interface WebhookLogFilter {
  /** `rejected`: something in it was malformed; `clean`: nothing was. */
  status?: (typeof deliveryStatuses)[number] | undefined;
  /** Of one and the same event in it. */
  kind?: string | undefined;
  account?: string | undefined;
  person?: string | undefined;
  /** Which of the app secrets signed, counted from 0. */
  signedBy?: number | undefined;
  /** Received at this time or later, and before that one. */
  from?: Date | undefined;
  to?: Date | undefined;
  /** Part of the reason for which something in it was rejected, in any case. */
  error?: string | undefined;
}

export function toQuery(filter: WebhookLogFilter): Record<string, unknown> {
  const { status, kind, account, person, signedBy, from, to, error } = filter;
  const event = Object.entries({ kind, account, person }).filter(([, value]) => value !== undefined);
  return {
    ...(status !== undefined && { 'rejected.0': { $exists: status === 'rejected' } }),
    ...(event.length > 0 && { events: { $elemMatch: Object.fromEntries(event) } }),
    ...(signedBy !== undefined && { signedBy }),
    ...((from || to) && { receivedAt: { ...(from && { $gte: from }), ...(to && { $lt: to }) } }),
    ...(error !== undefined && { 'rejected.reason': containsText(error) }),
  };
}
