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

/** The body of a message as Instagram's send call takes it. */
export type OutgoingMessage =
  | { text: string; quick_replies?: QuickReply[] }
  | {
      attachment: {
        type: 'template';
        payload: { template_type: 'button'; text: string; buttons: TemplateButton[] };
      };
    };

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
