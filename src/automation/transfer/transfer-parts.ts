/** What an export can have in it. */
export const transferParts = ['automations', 'contacts'] as const;

export type TransferPart = (typeof transferParts)[number];
