import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { COMMAND_NAMES } from '../../src/database/embedded/commands/command-registry.js';
import { OUTPUT_STAGES } from '../../src/database/embedded/commands/output-spec.js';
import { SUPPORTED_EXPRESSIONS } from '../../src/database/embedded/query/expression/compile-expression.js';
import { SUPPORTED_FIELD_OPERATORS } from '../../src/database/embedded/query/filter-operators.js';
import { SUPPORTED_STAGES } from '../../src/database/embedded/query/pipeline.js';
import { SUPPORTED_ACCUMULATORS } from '../../src/database/embedded/query/stages/group-fields.js';
import { DATABASE_STAGES } from '../../src/database/embedded/query/stages/parse-pipeline.js';
import { JOIN_STAGES } from '../../src/database/embedded/query/stages/join-stages.js';
import { SUPPORTED_UPDATE_OPERATORS } from '../../src/database/embedded/query/update/operator-update.js';

const README = readFileSync(new URL('../../src/database/embedded/README.md', import.meta.url), 'utf8');

/** What stands in backticks between two marks of the README, up to the sentence that says what is not there. */
function listed(from: string, to: string): string[] {
  const start = README.indexOf(from);
  expect(start).toBeGreaterThanOrEqual(0);
  const text = README.slice(start + from.length, README.indexOf(to, start + from.length)).split(' Not: ')[0]!;
  return [...text.matchAll(/`(\$?\w+)`/g)].map(([, name]) => name!).toSorted();
}

const sorted = (names: Iterable<string>): string[] => [...new Set(names)].toSorted();

describe('the README of the embedded store', () => {
  it('lists all commands and no others', () => {
    const names = listed('## Commands', 'Any other command').filter((name) => name !== 'OP_QUERY');
    expect(names).toEqual(sorted(COMMAND_NAMES.filter((name) => name !== 'ismaster')));
  });

  it('lists all query operators and no others', () => {
    const topLevel = ['$and', '$or', '$nor', '$expr', '$comment'];
    const names = listed('- **Filters:**', '- **Updates:**').filter((name) => name !== '$options');
    expect(names).toEqual(
      sorted([...SUPPORTED_FIELD_OPERATORS, ...topLevel].filter((name) => name !== '$options')),
    );
  });

  it('lists all update operators and no others', () => {
    const modifiers = ['$each', '$position', '$slice', '$sort'];
    expect(listed('- **Updates:**', ', positional')).toEqual(
      sorted([...SUPPORTED_UPDATE_OPERATORS, ...modifiers]),
    );
  });

  it('lists all stages and no others', () => {
    expect(
      sorted(
        listed('- **Stages:**', '- **Accumulators:**').filter(
          (name) => name.startsWith('$') && !name.startsWith('$$'),
        ),
      ),
    ).toEqual(sorted([...SUPPORTED_STAGES, ...DATABASE_STAGES, ...JOIN_STAGES, ...OUTPUT_STAGES]));
  });

  it('lists all accumulators and no others', () => {
    expect(listed('- **Accumulators:**', '- **Expressions:**')).toEqual(sorted(SUPPORTED_ACCUMULATORS));
  });

  it('lists all expressions and no others', () => {
    expect(listed('- **Expressions:**', '- **Variables:**')).toEqual(sorted(SUPPORTED_EXPRESSIONS));
  });
});
