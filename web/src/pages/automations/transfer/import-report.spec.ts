import { describe, expect, it } from '@jest/globals';
import { changesIn, countsInWords, summaryOf, type ImportReport } from './import-report.js';

const none = { created: 0, updated: 0, unchanged: 0, failed: 0 };
const report: ImportReport = {
  dryRun: true,
  automations: { ...none, created: 2, failed: 1 },
  contacts: { ...none, updated: 1200, unchanged: 3 },
  items: [],
  errors: [],
  moreErrors: 0,
  warnings: [],
};

describe('the report of an import', () => {
  it('counts what is written', () => {
    expect(changesIn(report)).toBe(1202);
    expect(changesIn({ ...report, contacts: none, automations: none })).toBe(0);
  });

  it('says it in words', () => {
    expect(countsInWords(none)).toBe('none');
    expect(summaryOf(report)).toBe(
      `Automations: 2 new, 1 wrong. Contacts: ${(1200).toLocaleString()} changed, 3 as they are here.`,
    );
  });
});
