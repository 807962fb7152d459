/** Kinds of jobs: those of events first, then those that the server makes itself. */
export const eventKinds = [
  'message',
  'story_reply',
  'story_mention',
  'quick_reply',
  'postback',
  'comment',
  'live_comment',
  'reaction',
  'referral',
  'mention',
  'echo',
  'edit',
  'seen',
  'unknown',
] as const;

export const jobKinds = [...eventKinds, 'flow', 'replay'] as const;

export const inWords = (code: string): string => code.replaceAll('_', ' ');
