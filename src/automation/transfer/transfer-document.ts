import { z } from 'zod';
import type { AutomationSettings } from '../automation.types.js';
import { attributeNameSchema, MAX_ATTRIBUTE_LENGTH, tagSchema } from '../conditions/conditions.validation.js';

/** What tells such a document from any other JSON. */
export const TRANSFER_FORMAT = 'chatautodm';
/** Raised when a document of the version before could be misread. */
export const TRANSFER_VERSION = 1;

/** An automation in a document. */
export type TransferredAutomation = AutomationSettings & {
  id: string;
  /** Places of the actions whose `secret` was left out. */
  secretsLeftOut?: number[];
};

/** A person in a document; times in ISO 8601. */
export type TransferredContact = z.infer<typeof contactSchema>;

const time = z.iso.datetime({ offset: true, error: 'must be a time such as 2026-03-01T09:00:00Z' });
const instagramId = z.string().regex(/^\d{1,32}$/, 'must be an id of Instagram');

export const contactSchema = z.strictObject({
  account: instagramId,
  person: instagramId,
  username: z.string().max(200).optional(),
  name: z.string().max(500).optional(),
  tags: z.array(tagSchema).max(100, 'must be at most 100').default([]),
  attributes: z.record(attributeNameSchema, z.string().max(MAX_ATTRIBUTE_LENGTH)).default({}),
  firstSeenAt: time.optional(),
  lastInboundAt: time.optional(),
  optedOutAt: time.optional(),
});

/** The frame of a document: what is in its lists is checked one by one, so that one wrong entry stops no other. */
export const transferDocumentSchema = z.strictObject({
  format: z.literal(TRANSFER_FORMAT, {
    error: `must be ${TRANSFER_FORMAT}: this is no export of this program`,
  }),
  version: z.literal(TRANSFER_VERSION, {
    error: `must be ${TRANSFER_VERSION}: exports of another version can not be read`,
  }),
  exportedAt: time.optional(),
  /** For people who read it. */
  accounts: z.array(z.unknown()).optional(),
  automations: z.array(z.unknown()).default([]),
  contacts: z.array(z.unknown()).default([]),
});

/** What an import made of one entry. `failed` ones have their reasons in the list of errors. */
export type ImportResult = 'created' | 'updated' | 'unchanged' | 'failed';

export type ImportCounts = Record<ImportResult, number>;

export interface ImportNote {
  /** In the document, for example `automations.3.actions.0.text`. */
  path: string;
  message: string;
}

const countsSchema = z.object({
  created: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  failed: z.int(),
});
const notesSchema = z.array(z.object({ path: z.string(), message: z.string() }));

/** {@link ImportReport} on the wire. */
export const importReportSchema = z
  .object({
    dryRun: z.boolean(),
    automations: countsSchema,
    contacts: countsSchema,
    items: z.array(
      z.object({
        path: z.string(),
        id: z.string().optional(),
        name: z.string().optional(),
        result: z.enum(['created', 'updated', 'unchanged', 'failed']),
      }),
    ),
    errors: notesSchema,
    moreErrors: z.int(),
    warnings: notesSchema,
  })
  .meta({ id: 'ImportReport' });

export interface ImportReport {
  /** Nothing was written: these are the results that an import would have. */
  dryRun: boolean;
  automations: ImportCounts;
  contacts: ImportCounts;
  /** Of each automation, in order. */
  items: { path: string; id?: string; name?: string; result: ImportResult }[];
  errors: ImportNote[];
  /** Errors beyond those listed. */
  moreErrors: number;
  /** What was imported and yet needs a hand. */
  warnings: ImportNote[];
}
