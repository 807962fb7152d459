import { describe, expect, it } from '@jest/globals';
import { checkMessage } from './message-rules.js';

const quickReplies = (count: number, title = 'Yes') =>
  Array.from({ length: count }, () => ({ content_type: 'text', title, payload: 'P' }));
const button = { type: 'postback', title: 'Go', payload: 'P' };
const link = { type: 'web_url', title: 'Shop', url: 'https://example.com' };
const buttons = (text: string, list: object[]) => ({
  attachment: { type: 'template', payload: { template_type: 'button', text, buttons: list } },
});
const generic = (elements: object[]) => ({
  attachment: { type: 'template', payload: { template_type: 'generic', elements } },
});
const media = (type: string, url: string | null = 'https://example.com/a') => ({
  attachment: { type, payload: { url } },
});

describe('checkMessage', () => {
  it.each<[string, object]>([
    ['1000 bytes of text', { text: 'x'.repeat(1000) }],
    ['500 letters of two bytes', { text: 'é'.repeat(500) }],
    ['250 emoji of four bytes', { text: '😀'.repeat(250) }],
    ['13 quick replies', { text: 'a', quick_replies: quickReplies(13) }],
    ['a title of 20 emoji', { text: 'a', quick_replies: quickReplies(1, '😀'.repeat(20)) }],
    ['3 buttons under 640 characters', buttons('x'.repeat(640), [button, link, button])],
    [
      '10 elements',
      generic(Array.from({ length: 10 }, () => ({ title: 'x'.repeat(80), buttons: [button, link, button] }))),
    ],
    ['an element with all its parts', generic([{ title: 'a', subtitle: 'b', image_url: 'https://x/1' }])],
    ['an image', media('image')],
    ['a file', media('file')],
  ])('accepts %s', (_what, message) => {
    expect(checkMessage(message)).toBe('text');
  });

  it.each(['audio', 'video'])('counts %s as media', (type) => {
    expect(checkMessage(media(type))).toBe('media');
  });

  it.each<[string, unknown]>([
    ['no message', undefined],
    ['a list', []],
    ['nothing in it', {}],
    ['an empty text', { text: '' }],
    ['a text that is no string', { text: { $ne: null } }],
    ['text and attachment at once', { text: 'a', ...media('image') }],
    ['1001 bytes', { text: 'x'.repeat(1001) }],
    ['501 letters of two bytes', { text: 'é'.repeat(501) }],
    ['251 emoji', { text: '😀'.repeat(251) }],
    ['no quick replies in the list', { text: 'a', quick_replies: [] }],
    ['14 quick replies', { text: 'a', quick_replies: quickReplies(14) }],
    ['a quick reply title of 21', { text: 'a', quick_replies: quickReplies(1, 'x'.repeat(21)) }],
    ['a quick reply of another type', { text: 'a', quick_replies: [{ content_type: 'user_email' }] }],
    ['a quick reply without payload', { text: 'a', quick_replies: [{ content_type: 'text', title: 'a' }] }],
    ['4 buttons', buttons('a', [button, button, button, button])],
    ['no buttons', buttons('a', [])],
    ['641 characters over buttons', buttons('x'.repeat(641), [button])],
    ['a button of another type', buttons('a', [{ ...button, type: 'call' }])],
    ['a postback without payload', buttons('a', [{ type: 'postback', title: 'a' }])],
    ['a link that is no web address', buttons('a', [{ ...link, url: 'javascript:alert(1)' }])],
    ['11 elements', generic(Array.from({ length: 11 }, () => ({ title: 'a' })))],
    ['an element title of 81', generic([{ title: 'x'.repeat(81) }])],
    ['a subtitle of 81', generic([{ title: 'a', subtitle: 'x'.repeat(81) }])],
    ['an element with 4 buttons', generic([{ title: 'a', buttons: [button, button, button, button] }])],
    ['another template', { attachment: { type: 'template', payload: { template_type: 'list' } } }],
    ['another attachment', media('sticker')],
    ['media without an address', media('image', null)],
  ])('refuses %s', (_what, message) => {
    expect(() => checkMessage(message)).toThrow(/^\(#100\) Invalid parameter/);
  });
});
