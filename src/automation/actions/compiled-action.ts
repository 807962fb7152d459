import type { QuickReply, TemplateButton } from '../../instagram/graph/graph.types.js';
import type {
  Action,
  Button,
  QuickReplyOption,
  ReplyToCommentAction,
  SendMessageAction,
} from '../automation.types.js';
import { Template, type ContactNeed } from '../templates/template.js';
import { BUTTON_TEXT_LIMIT, MESSAGE_TEXT_LIMIT, type TextLimit } from '../templates/text-limit.js';

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

/** An action with its templates read and everything else in the form in which Instagram takes it. */
export type CompiledAction = CompiledSendMessage | CompiledReplyToComment;

/** @throws {TemplateError} when a text is no template: one saved by a version that knew other variables */
export function compileAction(action: Action): CompiledAction {
  switch (action.type) {
    case 'send_message':
      return compileSendMessage(action);
    case 'reply_to_comment':
      return { type: 'reply_to_comment', ...compileTexts(action, MESSAGE_TEXT_LIMIT) };
  }
}

function compileSendMessage(action: SendMessageAction): CompiledSendMessage {
  const { quickReplies, buttons } = action;
  return {
    type: 'send_message',
    ...compileTexts(action, buttons ? BUTTON_TEXT_LIMIT : MESSAGE_TEXT_LIMIT),
    ...(quickReplies && {
      quickReplies: quickReplies.map(graphQuickReply),
    }),
    ...(buttons && { buttons: buttons.map(templateButton) }),
  };
}

const graphQuickReply = ({ title, payload }: QuickReplyOption): QuickReply => ({
  content_type: 'text',
  title,
  payload,
});

const templateButton = (button: Button): TemplateButton =>
  button.type === 'url' ? { ...button, type: 'web_url' } : button;

function compileTexts(
  { text, texts }: SendMessageAction | ReplyToCommentAction,
  limit: TextLimit,
): CompiledTexts {
  const templates = (texts ?? [text ?? '']).map((source) => Template.parse(source));
  return {
    texts: templates,
    limit,
    contactNeeds: new Set(templates.flatMap(({ contactNeeds }) => contactNeeds)),
  };
}
