/** How an event ended, as a sentence for people. `automation`: the name of the one that answered, or would have. */
export function outcomeInWords(
  { result, reason }: { result: string; reason?: unknown },
  automation: string | undefined,
): string {
  const by = automation === undefined ? 'an automation' : `“${automation}”`;
  const why = typeof reason === 'string' ? reason : undefined;
  switch (result) {
    case 'answered':
      return `Answered by ${by}${why === undefined ? '' : `: ${answeredNotes[why] ?? why}`}.`;
    case 'no_match':
      return 'Not answered: no automation fits.';
    case 'cooldown':
      return `Not answered: ${by} fits, but has answered this person a short while ago (cooldown).`;
    case 'paused':
      return `Not answered: ${pauses[why ?? ''] ?? 'automations are paused in this conversation'}.`;
    case 'opted_out':
      return why === 'stop'
        ? 'Not answered: the person asked to be left alone with this message.'
        : 'Not answered: the person asked to be left alone earlier.';
    case 'outside_window':
      return 'Not sent: the person last wrote more than 24 hours ago, and Instagram takes no message after that.';
    case 'unknown_account':
      return 'Not answered: the account is not connected.';
    case 'ignored':
      return `Not answered: ${ignored[why ?? ''] ?? `nothing to answer (${why ?? 'no reason given'})`}.`;
    case 'failed':
      return `Not answered by ${by}: ${failures[why ?? ''] ?? `sending failed (${why ?? 'no reason given'})`}.`;
    default:
      return `Ended as ${result}${why === undefined ? '' : ` (${why})`}.`;
  }
}

/** What is to be said of an event whose job has not ended. */
export function waitingInWords(job: {
  status: string;
  blocked: boolean;
  parked?: string;
  errors: readonly { code: string }[];
}): string {
  if (job.status === 'processing') return 'Being answered now.';
  if (job.parked !== undefined) return 'Waits: the account can not send at the moment.';
  if (job.blocked) return 'Waits for the event before it in this conversation.';
  const last = job.errors.at(-1);
  return last ? `Waits to be tried again after an error (${last.code}).` : 'Waits for its turn.';
}

const answeredNotes: Record<string, string> = {
  waiting: 'the rest comes later',
  answer_invalid: 'the answer was not of the form asked for, so the question was put again',
  follow_unknown: 'Instagram did not say whether the person follows the account, which was taken as yes',
  already_replied: 'the comment had its private reply already',
  outside_window: 'in part; the rest would have been outside of the 24 hours',
  unreachable: 'in part; then the person could not be reached',
  not_found: 'in part; then the person or comment was not found',
  thread_taken: 'in part; then another app took the conversation',
};

const pauses: Record<string, string> = {
  human: 'somebody of the account wrote in this conversation, so it is left to them',
  automation: 'an automation handed this conversation to a person',
  loop: 'two programs seemed to answer each other, so automations pause here',
  thread_taken: 'another app holds this conversation',
  by_owner: 'automations are paused in this conversation by hand',
};

const ignored: Record<string, string> = {
  own: "it is the account's own message",
  deleted: 'the message was deleted',
  unsupported: 'Instagram does not show this kind of message to programs',
  unreact: 'a reaction was taken back',
  no_person: 'Instagram named no person',
  seen: 'the person has seen the message',
  edit: 'edits are not answered',
  mention: 'mentions under posts of others are not answered',
  unknown_kind: 'this kind of event is not known',
  human_takeover: 'somebody of the account wrote; automations pause for a while',
  no_live_trigger: 'no automation listens to comments on live videos',
  automation_gone: 'the automation was deleted or switched off meanwhile',
  comment_has_its_reply: 'the comment has had its one private reply',
  discarded: 'an operator discarded it',
};

const failures: Record<string, string> = {
  unreachable: 'Instagram says that the person can not be written to',
  not_found: 'Instagram knows no such person, or the comment can not be answered in private',
  permission: 'the app or its token lacks a permission',
  empty_text: 'the text was empty once its variables were filled in',
  webhook_failed: 'the web address to be called did not answer well',
  worker_lost: 'the server was lost each time that it tried',
};
