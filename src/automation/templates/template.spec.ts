import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { TemplateError } from './template.errors.js';
import { Template, type TemplateValues } from './template.js';

const values: TemplateValues = {
  contact: { username: 'ann', name: 'Ann Lee', attributes: { email: 'ann@example.org', größe: 'M' } },
  event: { text: 'price?' },
  account: { username: 'shop' },
};
const nothingKnown: TemplateValues = { contact: {}, event: {}, account: {} };

const needs = (source: string) => [...Template.parse(source).contactNeeds].toSorted();
const render = (source: string, given = values) => Template.parse(source).render(given);

describe('Template', () => {
  it.each([
    ['Hi {{contact.username}}!', 'Hi ann!'],
    ['{{contact.name}}, you asked “{{event.text}}”', 'Ann Lee, you asked “price?”'],
    ['{{ account.username }}', 'shop'],
    ['{{contact.attributes.email}} {{contact.attributes.größe}}', 'ann@example.org M'],
    ['no placeholder, {one brace} }', 'no placeholder, {one brace} }'],
    ['{{{contact.username}}}', '{ann}'],
    ['', ''],
  ])('fills in %j', (source, expected) => {
    expect(render(source)).toBe(expected);
  });

  it.each([
    ['Hi {{contact.name|there}}!', 'Hi there!'],
    ['Hi {{contact.name | dear | friend }}!', 'Hi dear | friend!'],
    ['Hi {{contact.name}}!', 'Hi !'],
    ['{{contact.attributes.email|no mail}}', 'no mail'],
  ])('falls back in %j when the value is unknown', (source, expected) => {
    expect(render(source, nothingKnown)).toBe(expected);
  });

  it('falls back when the value is empty', () => {
    expect(render('{{contact.name|there}}', { ...values, contact: { name: '' } })).toBe('there');
  });

  it.each([
    '{{contact.phone}}',
    '{{contact}}',
    '{{}}',
    '{{contact.attributes}}',
    '{{contact.attributes.}}',
    '{{contact.attributes.__proto__}}',
    '{{contact.attributes.constructor}}',
    '{{contact.attributes.email.length}}',
    '{{__proto__}}',
    '{{constructor.constructor}}',
    '{{event.person}}',
    '{{account.accessToken}}',
    'Hi {{contact.name',
    'Hi contact.name}}',
  ])('refuses %j', (source) => {
    expect(() => Template.parse(source)).toThrow(TemplateError);
  });

  it('names the unknown variable', () => {
    expect(() => Template.parse('Hi {{contact.nmae}}')).toThrow('{{contact.nmae}}');
  });

  it('does not fill in a value a second time', () => {
    const text = '{{contact.username}} {{account.accessToken}}';
    expect(render('{{event.text}}', { ...values, event: { text } })).toBe(text);
  });

  it('reaches no inherited attribute', () => {
    expect(render('{{contact.attributes.toString|none}}')).toBe('none');
  });

  it('says what it needs to know of the contact', () => {
    expect(needs('{{contact.name}} {{contact.username}} {{contact.name}}')).toEqual(['name', 'username']);
    expect(needs('{{contact.attributes.email}}')).toEqual(['attributes']);
    expect(needs('{{event.text}} {{account.username}}')).toEqual([]);
  });

  it('gives back any text without braces unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!text.includes('{{') && !text.includes('}}'));
        expect(render(text)).toBe(text);
      }),
    );
  });
});
