import { isAttributeName } from '../contacts/attribute-name.js';
import { TemplateError } from './template.errors.js';

/** All that a template can reach. */
export interface TemplateValues {
  contact: { username?: string; name?: string; attributes?: Readonly<Record<string, string>> };
  event: { text?: string };
  account: { username?: string };
}

type Read = (values: TemplateValues) => string | undefined;

/**
 * One function for each variable rather than a walk along a path: nothing else can be reached, whatever is written
 * between the braces.
 */
const variables: ReadonlyMap<string, Read> = new Map([
  ['contact.username', ({ contact }) => contact.username],
  ['contact.name', ({ contact }) => contact.name],
  ['event.text', ({ event }) => event.text],
  ['account.username', ({ account }) => account.username],
]);

const ATTRIBUTES = 'contact.attributes.';

const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;

/** What has to be known about the contact before a template can be filled in. */
export type ContactNeed = 'username' | 'name' | 'attributes';

interface Placeholder {
  read: Read;
  fallback: string;
}

/** A text with placeholders such as `{{contact.name|there}}`, read once and filled in for each event. */
export class Template {
  readonly contactNeeds: readonly ContactNeed[];

  private constructor(
    private readonly parts: readonly (string | Placeholder)[],
    needs: Iterable<ContactNeed>,
  ) {
    this.contactNeeds = [...new Set(needs)];
  }

  /** @throws {TemplateError} for an unknown variable, or braces that no variable is in */
  static parse(source: string): Template {
    const parts: (string | Placeholder)[] = [];
    const needs: ContactNeed[] = [];
    let end = 0;
    for (const match of source.matchAll(PLACEHOLDER)) {
      parts.push(literal(source.slice(end, match.index)));
      const [variable = '', ...fallback] = match[1]!.split('|');
      const { read, need } = variableNamed(variable.trim());
      parts.push({ read, fallback: fallback.join('|').trim() });
      if (need) needs.push(need);
      end = match.index + match[0].length;
    }
    parts.push(literal(source.slice(end)));
    return new Template(parts, needs);
  }

  /** Values are put in as they are: one that looks like a placeholder is not filled in again. */
  render(values: TemplateValues): string {
    return this.parts
      .map((part) => (typeof part === 'string' ? part : part.read(values) || part.fallback))
      .join('');
  }
}

function literal(text: string): string {
  if (text.includes('{{') || text.includes('}}')) {
    throw new TemplateError('has {{ or }} without a variable between them');
  }
  return text;
}

function variableNamed(name: string): { read: Read; need?: ContactNeed } {
  const read = variables.get(name);
  if (read) return { read, ...(name.startsWith('contact.') && { need: name.slice(8) as ContactNeed }) };
  const attribute = name.startsWith(ATTRIBUTES) ? name.slice(ATTRIBUTES.length) : '';
  if (!isAttributeName(attribute)) {
    throw new TemplateError(
      `has the unknown variable {{${name}}}; known are ${[...variables.keys()].join(', ')} and contact.attributes.<name>`,
    );
  }
  return {
    read: ({ contact: { attributes } }) =>
      attributes && Object.hasOwn(attributes, attribute) ? String(attributes[attribute]) : undefined,
    need: 'attributes',
  };
}
