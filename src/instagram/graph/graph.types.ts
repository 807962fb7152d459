/** On whose behalf a call is made. */
export interface GraphAccount {
  instagramId: string;
  accessToken: string;
}

/** A DM goes to a person; a private reply goes to a comment, once. */
export type Recipient = { id: string } | { comment_id: string };

export interface QuickReply {
  content_type: 'text';
  title: string;
  payload: string;
}

export type TemplateButton =
  { type: 'web_url'; title: string; url: string } | { type: 'postback'; title: string; payload: string };

export interface TemplateElement {
  title: string;
  subtitle?: string;
  image_url?: string;
  buttons?: TemplateButton[];
}

export type MediaType = 'image' | 'video' | 'audio' | 'file';

/** The body of a message as Instagram's send call takes it. */
export type OutgoingMessage =
  | { text: string; quick_replies?: QuickReply[] }
  | { attachment: { type: MediaType; payload: { url: string } } }
  | {
      attachment: {
        type: 'template';
        payload:
          | { template_type: 'button'; text: string; buttons: TemplateButton[] }
          | { template_type: 'generic'; elements: TemplateElement[] };
      };
    };

/** What is shown to the person, and is no message. */
export type SenderAction =
  | { sender_action: 'typing_on' }
  | { sender_action: 'react'; payload: { message_id: string; reaction: string } };

export interface SentMessage {
  messageId: string;
  /** Instagram-scoped id of the person written to; absent on some private replies. */
  recipientId?: string;
}

export interface Profile {
  name?: string;
  username?: string;
  /** The person follows the account now. */
  followsAccount?: boolean;
}

/** A message of a conversation, as Instagram tells it afterwards. */
export interface ConversationMessage {
  id: string;
  /** Instagram id of who wrote it. */
  from: string;
  /** ms since the epoch, to the second. */
  createdAt: number;
  text: string;
}

/** What a call is for. */
export type GraphCallName =
  | 'send_message'
  | 'private_reply'
  | 'reply_to_comment'
  | 'sender_action'
  | 'read_conversation'
  | 'get_profile'
  | 'get_owner'
  | 'subscribe'
  | 'get_subscriptions'
  /** A token was exchanged or refreshed. */
  | 'token';

export type GraphCallObserver = <T>(name: GraphCallName, call: () => Promise<T>) => Promise<T>;
