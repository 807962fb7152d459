import type { InstagramEvent } from '../instagram/instagram-event.js';
import { parseChange } from './change.parser.js';
import { identify, type EventIdentity } from './event-identity.js';
import { firstTime } from './event-time.js';
import { isObject, optionalArray, requiredId, type JsonObject } from './json-fields.js';
import { parseMessaging, parseStandby, type EntryContext } from './messaging.parser.js';
import { EnvelopeError, MalformedEventError } from './webhooks.errors.js';

export interface RejectedEvent {
  /** Where in the delivery, for example `entry.0.messaging.2`. */
  at: string;
  reason: string;
}

export interface ParsedEnvelope {
  events: { event: InstagramEvent; identity: EventIdentity }[];
  rejected: RejectedEvent[];
}

/**
 * Splits a delivery into its events. An event that can't be understood is told apart from its neighbours, which are
 * good; only a body that is no envelope at all is refused whole.
 *
 * @param body parsed JSON; some of Instagram's examples wrap the envelope in an array
 * @param receivedAt ms since the epoch, for events without a time
 * @throws {EnvelopeError} not an envelope, not Instagram's, or without entries
 */
export function parseEnvelope(body: unknown, receivedAt: number): ParsedEnvelope {
  const { entries, refusals } = openEnvelopes(Array.isArray(body) ? body : [body]);
  if (entries.length === 0) {
    throw refusals[0]?.error ?? new EnvelopeError('envelope_empty', 'The envelope has no entries.');
  }
  const rejected = refusals.map(({ index, error }) => ({ at: `envelope.${index}`, reason: error.message }));
  const parsed: ParsedEnvelope = { events: [], rejected };
  entries.forEach((entry, index) => {
    collect(parsed, `entry.${index}`, () => parseEntry(parsed, entry, `entry.${index}`, receivedAt));
  });
  return parsed;
}

/** The entries of all envelopes; what is no envelope does not hurt those beside it. */
function openEnvelopes(envelopes: unknown[]) {
  const refusals: { index: number; error: EnvelopeError }[] = [];
  const entries = envelopes.flatMap((envelope, index) => {
    try {
      return entriesOf(envelope);
    } catch (error) {
      if (!(error instanceof EnvelopeError)) throw error;
      refusals.push({ index, error });
      return [];
    }
  });
  return { entries, refusals };
}

function entriesOf(envelope: unknown): unknown[] {
  if (!isObject(envelope) || !Array.isArray(envelope['entry'])) {
    throw new EnvelopeError('not_an_envelope', 'The body must be an object with a list named "entry".');
  }
  if (envelope['object'] !== 'instagram') {
    throw new EnvelopeError('not_an_envelope', 'The field "object" must be "instagram".');
  }
  return envelope['entry'];
}

function parseEntry(parsed: ParsedEnvelope, entry: unknown, at: string, receivedAt: number): void {
  if (!isObject(entry)) throw new MalformedEventError('entry', 'an object');
  const context: EntryContext = { id: requiredId(entry, 'id', 'id'), time: entry['time'], receivedAt };
  const each = (name: string, parse: (item: JsonObject) => InstagramEvent) => {
    collect(parsed, at, () => {
      optionalArray(entry, name, name).forEach((item, index) => {
        collect(parsed, `${at}.${name}.${index}`, () => {
          if (!isObject(item)) throw new MalformedEventError(`${name}.${index}`, 'an object');
          add(parsed, parse(item), item);
        });
      });
    });
  };
  const before = parsed.events.length + parsed.rejected.length;
  each('messaging', (item) => parseMessaging(item, context));
  each('changes', (item) => parseChange(item, context));
  each('standby', (item) => parseStandby(item, context));
  // In Instagram Login's examples `field` and `value` stand on the entry itself.
  if (Object.hasOwn(entry, 'field')) {
    collect(parsed, at, () => add(parsed, parseChange(entry, context), entry));
  }
  if (parsed.events.length + parsed.rejected.length === before) {
    const timestamp = firstTime(context.time) ?? receivedAt;
    const nothingKnown = { account: context.id, person: null, timestamp, about: 'entry' };
    add(parsed, { kind: 'unknown', ...nothingKnown }, entry);
  }
}

function add(parsed: ParsedEnvelope, event: InstagramEvent, source: unknown): void {
  parsed.events.push({ event, identity: identify(event, source) });
}

function collect(parsed: ParsedEnvelope, at: string, parse: () => void): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof MalformedEventError)) throw error;
    parsed.rejected.push({ at, reason: error.message });
  }
}
