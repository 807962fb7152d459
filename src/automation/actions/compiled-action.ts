import type { OutgoingMessage, QuickReply, TemplateButton } from '../../instagram/graph/graph.types.js';
import type {
  Action,
  AddTagAction,
  AnswerFormat,
  AskAction,
  Button,
  CallWebhookAction,
  Card,
  PauseAutomationAction,
  QuickReplyOption,
  ReactAction,
  RemoveTagAction,
  SendMediaAction,
  SendMessageAction,
  TypingAction,
  WaitAction,
} from '../automation.types.js';
import type { LinkMaker } from '../links/tracked-link.js';
import { Template, type ContactNeed } from '../templates/template.js';
import {
  BUTTON_TEXT_LIMIT,
  CARD_TEXT_LIMIT,
  MESSAGE_TEXT_LIMIT,
  type TextLimit,
} from '../templates/text-limit.js';

export interface CompiledTexts {
  /** One of them is picked for each event. */
  readonly texts: readonly Template[];
  readonly limit: TextLimit;
  readonly contactNeeds: ReadonlySet<ContactNeed>;
}

export interface CompiledSendMessage extends CompiledTexts {
  readonly type: 'send_message';
  readonly quickReplies?: QuickReply[];
  readonly buttons?: TemplateButton[];
}

export interface CompiledReplyToComment extends CompiledTexts {
  readonly type: 'reply_to_comment';
}

export interface CompiledSendMedia {
  readonly type: 'send_media';
  readonly message: OutgoingMessage;
  /** Instagram's limit for audio and video is a tenth of that for the rest. */
  readonly heavy: boolean;
}

export interface CompiledCard {
  readonly title: CompiledTexts;
  readonly subtitle?: CompiledTexts;
  readonly imageUrl?: string;
  readonly buttons?: TemplateButton[];
}

export interface CompiledSendCards {
  readonly type: 'send_cards';
  readonly cards: readonly CompiledCard[];
}

export interface CompiledSetAttribute extends CompiledTexts {
  readonly type: 'set_attribute';
  readonly name: string;
}

export interface CompiledAsk extends CompiledTexts {
  readonly type: 'ask';
  readonly attribute: string;
  readonly validate: AnswerFormat;
  /** A template. */
  readonly retryText: string;
  readonly timeoutMs: number;
}

/** An action with its templates read and everything else in the form in which Instagram takes it. */
export type CompiledAction = { readonly contactNeeds: ReadonlySet<ContactNeed> } & (
  | CompiledSendMessage
  | CompiledSendMedia
  | CompiledSendCards
  | CompiledReplyToComment
  | CompiledSetAttribute
  | CompiledAsk
  | TypingAction
  | ReactAction
  | WaitAction
  | AddTagAction
  | RemoveTagAction
  | PauseAutomationAction
  | CallWebhookAction
);

export type CompiledActionOf<T extends CompiledAction['type']> = Extract<CompiledAction, { type: T }>;

const noNeeds: ReadonlySet<ContactNeed> = new Set();

/**
 * @param link what is sent in place of the address of a button
 * @throws {TemplateError} when a text is no template: one saved by a version that knew other variables
 */
export function compileAction(action: Action, link: LinkMaker = (url) => url): CompiledAction {
  switch (action.type) {
    case 'send_message':
      return compileSendMessage(action, link);
    case 'send_media':
      return compileSendMedia(action);
    case 'send_cards':
      return compileCards(action.cards, link);
    case 'reply_to_comment':
      return { type: 'reply_to_comment', ...compileTexts(action, MESSAGE_TEXT_LIMIT) };
    case 'set_attribute':
      return {
        type: 'set_attribute',
        name: action.name,
        ...compileTexts({ text: action.value }, MESSAGE_TEXT_LIMIT),
      };
    case 'ask':
      return compileAsk(action);
    case 'typing':
    case 'react':
    case 'wait':
    case 'add_tag':
    case 'remove_tag':
    case 'pause_automation':
    case 'call_webhook':
      return { ...action, contactNeeds: noNeeds };
  }
}

function compileSendMedia({ kind, url }: SendMediaAction): CompiledAction {
  return {
    type: 'send_media',
    message: { attachment: { type: kind, payload: { url } } },
    heavy: kind === 'video' || kind === 'audio',
    contactNeeds: noNeeds,
  };
}

function compileCards(cards: readonly Card[], link: LinkMaker): CompiledAction {
  const compiled = cards.map(({ title, subtitle, imageUrl, buttons }): CompiledCard => ({
    title: compileTexts({ text: title }, CARD_TEXT_LIMIT),
    ...(subtitle !== undefined && { subtitle: compileTexts({ text: subtitle }, CARD_TEXT_LIMIT) }),
    ...(imageUrl !== undefined && { imageUrl }),
    ...(buttons && { buttons: buttons.map((button) => templateButton(button, link)) }),
  }));
  const needs = compiled.flatMap(({ title, subtitle }) => [
    ...title.contactNeeds,
    ...(subtitle?.contactNeeds ?? []),
  ]);
  return { type: 'send_cards', cards: compiled, contactNeeds: new Set(needs) };
}

function compileAsk({ text, attribute, validate, retryText = text, timeoutMs }: AskAction): CompiledAsk {
  Template.parse(retryText);
  return {
    type: 'ask',
    attribute,
    validate,
    retryText,
    timeoutMs,
    ...compileTexts({ text }, MESSAGE_TEXT_LIMIT),
  };
}

function compileSendMessage(action: SendMessageAction, link: LinkMaker): CompiledSendMessage {
  const { quickReplies, buttons } = action;
  return {
    type: 'send_message',
    ...compileTexts(action, buttons ? BUTTON_TEXT_LIMIT : MESSAGE_TEXT_LIMIT),
    ...(quickReplies && {
      quickReplies: quickReplies.map(graphQuickReply),
    }),
    ...(buttons && { buttons: buttons.map((button) => templateButton(button, link)) }),
  };
}

const graphQuickReply = ({ title, payload }: QuickReplyOption): QuickReply => ({
  content_type: 'text',
  title,
  payload,
});

const templateButton = (button: Button, link: LinkMaker): TemplateButton =>
  button.type === 'url' ? { ...button, type: 'web_url', url: link(button.url) } : button;

export function compileTexts(
  { text, texts }: { text?: string; texts?: string[] },
  limit: TextLimit,
): CompiledTexts {
  const templates = (texts ?? [text ?? '']).map((source) => Template.parse(source));
  return {
    texts: templates,
    limit,
    contactNeeds: new Set(templates.flatMap(({ contactNeeds }) => contactNeeds)),
  };
}
