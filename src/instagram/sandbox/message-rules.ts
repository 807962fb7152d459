import { GraphRefusal } from './sandbox.errors.js';

/** `media` is what counts against the limit for audio and video. */
export type MessageClass = 'text' | 'media';

const MAX_TEXT_BYTES = 1000;
const MAX_QUICK_REPLIES = 13;
const MAX_QUICK_REPLY_TITLE = 20;
const MAX_BUTTONS = 3;
const MAX_BUTTON_TEXT = 640;
const MAX_ELEMENTS = 10;
const MAX_ELEMENT_TEXT = 80;
const MEDIA_TYPES: ReadonlySet<unknown> = new Set(['image', 'video', 'audio', 'file']);
const LIMITED_MEDIA_TYPES: ReadonlySet<unknown> = new Set(['video', 'audio']);

/**
 * Instagram's rules for what a message may hold.
 * https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/messaging-api
 * @throws {GraphRefusal}
 */
export function checkMessage(message: unknown): MessageClass {
  if (!isRecord(message)) throw bad('message is required');
  const { text, attachment, quick_replies: quickReplies } = message;
  if ((text === undefined) === (attachment === undefined)) {
    throw bad('message needs either text or an attachment');
  }
  if (quickReplies !== undefined) checkQuickReplies(quickReplies);
  if (attachment !== undefined) return checkAttachment(attachment);
  if (typeof text !== 'string' || text === '') throw bad('message[text] must be a non-empty string');
  // A code unit takes at most three bytes, so short texts need no count.
  if (text.length > MAX_TEXT_BYTES / 3 && Buffer.byteLength(text) > MAX_TEXT_BYTES) {
    throw bad(`message[text] must be at most ${MAX_TEXT_BYTES} bytes of UTF-8`);
  }
  return 'text';
}

function checkQuickReplies(quickReplies: unknown): void {
  const list = listOf(quickReplies, 'quick_replies', MAX_QUICK_REPLIES);
  for (const { content_type: type, title, payload } of list) {
    if (type !== 'text') throw bad('quick_replies[content_type] must be text');
    checkText(title, 'quick_replies[title]', MAX_QUICK_REPLY_TITLE);
    if (typeof payload !== 'string') throw bad('quick_replies[payload] is required');
  }
}

function checkAttachment(attachment: unknown): MessageClass {
  if (!isRecord(attachment) || !isRecord(attachment.payload)) throw bad('attachment[payload] is required');
  const { type, payload } = attachment;
  if (type === 'template') {
    checkTemplate(payload as Record<string, unknown>);
    return 'text';
  }
  if (!MEDIA_TYPES.has(type)) throw bad('attachment[type] is unknown');
  checkUrl((payload as Record<string, unknown>).url, 'attachment[payload][url]');
  return LIMITED_MEDIA_TYPES.has(type) ? 'media' : 'text';
}

function checkTemplate(payload: Record<string, unknown>): void {
  if (payload.template_type === 'button') {
    checkText(payload.text, 'payload[text]', MAX_BUTTON_TEXT);
    checkButtons(payload.buttons, 1);
    return;
  }
  if (payload.template_type !== 'generic') throw bad('payload[template_type] is unknown');
  for (const element of listOf(payload.elements, 'payload[elements]', MAX_ELEMENTS)) {
    checkText(element.title, 'elements[title]', MAX_ELEMENT_TEXT);
    if (element.subtitle !== undefined) checkText(element.subtitle, 'elements[subtitle]', MAX_ELEMENT_TEXT);
    if (element.image_url !== undefined) checkUrl(element.image_url, 'elements[image_url]');
    if (element.buttons !== undefined) checkButtons(element.buttons, 0);
  }
}

function checkButtons(buttons: unknown, least: number): void {
  for (const button of listOf(buttons, 'buttons', MAX_BUTTONS, least)) {
    checkText(button.title, 'buttons[title]', Infinity);
    if (button.type === 'web_url') checkUrl(button.url, 'buttons[url]');
    else if (button.type !== 'postback') throw bad('buttons[type] is unknown');
    else if (typeof button.payload !== 'string') throw bad('buttons[payload] is required');
  }
}

function listOf(value: unknown, name: string, most: number, least = 1): Record<string, unknown>[] {
  if (!Array.isArray(value) || value.length < least || value.length > most || !value.every(isRecord)) {
    throw bad(`${name} must have ${least} to ${most} entries`);
  }
  return value;
}

/** Counts characters as a reader does, not UTF-16 units. */
function checkText(value: unknown, name: string, mostCharacters: number): void {
  if (typeof value !== 'string' || value === '') throw bad(`${name} is required`);
  if (value.length > mostCharacters && [...value].length > mostCharacters) {
    throw bad(`${name} must be at most ${mostCharacters} characters`);
  }
}

function checkUrl(value: unknown, name: string): void {
  if (typeof value !== 'string' || !/^https?:\/\//.test(value)) throw bad(`${name} must be a web address`);
}

function bad(detail: string): GraphRefusal {
  return new GraphRefusal('badParameter', detail);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
