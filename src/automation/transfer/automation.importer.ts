import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { problemsOf } from '../../http/zod.pipe.js';
import { hasSecret, withStoredSecrets } from '../actions/webhook-secrets.js';
import { AutomationRepository } from '../automation.repository.js';
import type { Automation, AutomationSettings } from '../automation.types.js';
import { automationSchema } from '../automation.validation.js';
import { AutomationsService } from '../automations.service.js';
import type { ImportNote, ImportResult } from './transfer-document.js';

const idSchema = z.looseObject({
  id: z
    .string()
    .regex(/^[0-9a-f]{24}$/, 'must be 24 hexadecimal digits')
    .optional(),
  secretsLeftOut: z.array(z.int()).optional(),
});

export interface ImportTarget {
  dryRun: boolean;
  /** Puts all automations into this account, whichever they were exported from. */
  account?: string | undefined;
}

export interface ImportedEntry {
  result: ImportResult;
  id?: string;
  name?: string;
  /** Paths within the entry. */
  errors: ImportNote[];
  warnings: ImportNote[];
}

/** Brings in automations one by one; the same one again changes nothing. */
@Injectable()
export class AutomationImporter {
  constructor(
    private readonly service: AutomationsService,
    private readonly automations: AutomationRepository,
  ) {}

  async import(entry: unknown, target: ImportTarget): Promise<ImportedEntry> {
    const frame = idSchema.safeParse(entry);
    if (!frame.success) return failed(problemsOf(frame.error));
    const { id: givenId, secretsLeftOut = [], ...fields } = frame.data;
    const settings = automationSchema.safeParse({
      ...fields,
      ...(target.account !== undefined && { account: target.account }),
    });
    if (!settings.success) return failed(problemsOf(settings.error), fields['name']);
    const id = givenId === undefined ? undefined : idIn(givenId, fields['account'], settings.data.account);
    return this.put(id, settings.data, secretsLeftOut, target.dryRun);
  }

  private async put(
    id: string | undefined,
    imported: AutomationSettings,
    secretsLeftOut: number[],
    dryRun: boolean,
  ): Promise<ImportedEntry> {
    const { account, name } = imported;
    const problems = await this.service.problemsOf(imported);
    if (problems.length > 0) return failed(problems, name);
    const existing =
      id === undefined ? await this.automations.findByName(account, name) : await this.automations.find(id);
    if (existing && existing.account !== account) {
      return failed([{ path: 'id', message: 'is that of an automation of another account' }], name);
    }
    const settings = { ...imported, actions: withStoredSecrets(imported.actions, existing?.actions) };
    const warnings = missingSecrets(settings, secretsLeftOut);
    if (existing && isDeepStrictEqual(settingsOf(existing), settings)) {
      return { result: 'unchanged', id: existing.id, name, errors: [], warnings };
    }
    const result = existing ? 'updated' : 'created';
    if (dryRun) return { result, ...(existing && { id: existing.id }), name, errors: [], warnings };
    const stored = existing
      ? await this.service.replace(existing.id, settings)
      : await this.service.create(settings, id);
    return { result, id: stored.id, name, errors: [], warnings };
  }
}

/**
 * In the account that it came from an automation keeps its id; in another one it has always the same other one. Only the
 * five bytes that tell processes apart are exchanged, since of equal priorities the older id goes first.
 */
function idIn(id: string, from: unknown, account: string): string {
  if (from === account) return id;
  const origin = id.slice(8, 18);
  const other = createHash('sha256').update(`${origin} ${account}`).digest('hex').slice(0, 10);
  return id.slice(0, 8) + other + id.slice(18);
}

function missingSecrets({ actions }: AutomationSettings, leftOut: number[]): ImportNote[] {
  return leftOut.flatMap((place) => {
    const action = actions[place];
    return action?.type === 'call_webhook' && !hasSecret(action)
      ? [{ path: `actions.${place}.secret`, message: 'is left out of exports: enter it again' }]
      : [];
  });
}

/** As they are read today: older versions stored fewer fields. */
function settingsOf({ id: _i, createdAt: _c, updatedAt: _u, ...settings }: Automation): unknown {
  return automationSchema.safeParse(settings).data;
}

const failed = (errors: ImportNote[], name?: unknown): ImportedEntry => ({
  result: 'failed',
  ...(typeof name === 'string' && { name: name.slice(0, 100) }),
  errors,
  warnings: [],
});
