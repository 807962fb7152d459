import { Injectable } from '@nestjs/common';
import { ZodPipe } from '../../http/zod.pipe.js';
import { AutomationImporter, type ImportedEntry, type ImportTarget } from './automation.importer.js';
import { ContactImporter } from './contact.importer.js';
import { transferDocumentSchema, type ImportCounts, type ImportReport } from './transfer-document.js';

/** A document with a hundred thousand wrong entries is told from these as well. */
const MAX_ERRORS = 500;
/** Reads and writes of these share their commands. */
const CONTACTS_AT_A_TIME = 200;

/** Reads a document of the export. */
@Injectable()
export class ImportService {
  private readonly frame = new ZodPipe(transferDocumentSchema);

  constructor(
    private readonly automations: AutomationImporter,
    private readonly contacts: ContactImporter,
  ) {}

  /** @throws {ValidationError} when it is no such document */
  read(document: unknown): { automations: unknown[]; contacts: unknown[] } {
    return this.frame.transform(document);
  }

  /**
   * Brings in what is in a document; the same document again changes nothing. A wrong entry is reported, and stops no other.
   *
   * @param onItem called for each entry that is done with
   * @throws {ValidationError} when it is no such document
   */
  async import(
    document: unknown,
    target: ImportTarget,
    onItem: () => void = () => {},
  ): Promise<ImportReport> {
    const { automations, contacts } = this.read(document);
    const report = emptyReport(target.dryRun);
    for (const [index, entry] of automations.entries()) {
      const path = `automations.${index}`;
      const { id, name, ...imported } = await this.automations.import(entry, target);
      report.automations[imported.result] += 1;
      report.items.push({ path, ...(id && { id }), ...(name && { name }), result: imported.result });
      note(report, path, imported);
      onItem();
    }
    for (let from = 0; from < contacts.length; from += CONTACTS_AT_A_TIME) {
      const slice = contacts.slice(from, from + CONTACTS_AT_A_TIME);
      const imported = await Promise.all(slice.map((entry) => this.contacts.import(entry, target)));
      for (const [offset, entry] of imported.entries()) {
        report.contacts[entry.result] += 1;
        note(report, `contacts.${from + offset}`, entry);
        onItem();
      }
    }
    return report;
  }
}

function note(report: ImportReport, path: string, { errors, warnings }: Omit<ImportedEntry, 'result'>): void {
  const inDocument = (within: string) => (within === '' ? path : `${path}.${within}`);
  for (const error of errors) {
    if (report.errors.length >= MAX_ERRORS) report.moreErrors += 1;
    else report.errors.push({ ...error, path: inDocument(error.path) });
  }
  report.warnings.push(...warnings.map((warning) => ({ ...warning, path: inDocument(warning.path) })));
}

const noCounts = (): ImportCounts => ({ created: 0, updated: 0, unchanged: 0, failed: 0 });

const emptyReport = (dryRun: boolean): ImportReport => ({
  dryRun,
  automations: noCounts(),
  contacts: noCounts(),
  items: [],
  errors: [],
  moreErrors: 0,
  warnings: [],
});
