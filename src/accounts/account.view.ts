import type { AccountDocument, AccountStatus } from './account.schema.js';

/** An account as the admin API shows it: never its token. */
export interface AccountView {
  id: string;
  instagramId: string;
  username: string;
  status: AccountStatus;
  statusReason?: string;
  throttledUntil?: Date;
  /** Absent where it is not known: of a token that was entered by hand and not refreshed yet. */
  tokenExpiresAt?: Date;
  createdAt: Date;
  updatedAt: Date;
}

export function toAccountView(account: AccountDocument): AccountView {
  const {
    instagramId,
    username,
    status,
    statusReason,
    throttledUntil,
    tokenExpiresAt,
    createdAt,
    updatedAt,
  } = account;
  return {
    id: account._id.toHexString(),
    instagramId,
    username,
    status,
    ...(statusReason !== undefined && { statusReason }),
    ...(throttledUntil && { throttledUntil }),
    ...(tokenExpiresAt && { tokenExpiresAt }),
    createdAt,
    updatedAt,
  };
}
