import { AskAction } from './ask.action.js';
import { CallWebhookAction } from './call-webhook.action.js';
import { ContactNoteAction } from './contact-note.action.js';
import { PauseAutomationAction } from './pause-automation.action.js';
import { ReactAction } from './react.action.js';
import { ReplyToCommentAction } from './reply-to-comment.action.js';
import { SendCardsAction } from './send-cards.action.js';
import { SendMediaAction } from './send-media.action.js';
import { SendMessageAction } from './send-message.action.js';
import { TypingAction } from './typing.action.js';
import { WaitAction } from './wait.action.js';

/** One for each type of action, or for some that are alike. */
export const actionRunners = [
  SendMessageAction,
  SendMediaAction,
  SendCardsAction,
  ReplyToCommentAction,
  TypingAction,
  ReactAction,
  WaitAction,
  ContactNoteAction,
  AskAction,
  PauseAutomationAction,
  CallWebhookAction,
];
