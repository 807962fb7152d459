import { describe, expect, it } from '@jest/globals';
import { serialize } from 'bson';
import { requireSimpleCollation } from './collation.js';

describe('requireSimpleCollation', () => {
  it('accepts the simple collation and nothing else', () => {
    expect(() => requireSimpleCollation(serialize({ locale: 'simple' }))).not.toThrow();
    expect(() => requireSimpleCollation(serialize({ locale: 'en', strength: 2 }))).toThrow(
      expect.objectContaining({ code: 238 }),
    );
    expect(() => requireSimpleCollation(serialize({ locale: 'simple', strength: 2 }))).toThrow(
      expect.objectContaining({ code: 2 }),
    );
    expect(() => requireSimpleCollation(serialize({}))).toThrow(expect.objectContaining({ code: 2 }));
  });
});
