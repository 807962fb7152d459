import type { Action, CallWebhookAction } from '../automation.types.js';

/** An action as it is answered: whether a webhook has a secret, and never the secret. */
export type ActionView =
  Exclude<Action, CallWebhookAction> | (Omit<CallWebhookAction, 'secret'> & { secretSet: boolean });

/**
 * The actions as they are to be stored. A secret is not answered, so whoever sends back what was answered leaves it out:
 * it stays, but for no other address than the one that it was entered for.
 *
 * @param before as they are stored now
 */
export function withStoredSecrets(actions: readonly Action[], before: readonly Action[] = []): Action[] {
  return actions.map((action, place) => {
    if (action.type !== 'call_webhook') return action;
    const { secret = storedSecret(action.url, place, before), ...rest } = action;
    return secret ? { ...rest, secret } : rest;
  });
}

export const hasSecret = (action: Action): boolean =>
  action.type === 'call_webhook' && Boolean(action.secret);

export function withoutSecret(action: Action): Action {
  if (action.type !== 'call_webhook') return action;
  const { secret: _secret, ...rest } = action;
  return rest;
}

export const toActionView = (action: Action): ActionView =>
  action.type === 'call_webhook'
    ? { type: action.type, url: action.url, secretSet: hasSecret(action) }
    : action;

/** Of the action at this place, if that goes to the same address; else of another one that does. */
function storedSecret(url: string, place: number, before: readonly Action[]): string | null | undefined {
  const calls = [before[place], ...before].filter(
    (action): action is CallWebhookAction => action?.type === 'call_webhook' && action.url === url,
  );
  return before[place] === calls[0] ? calls[0]?.secret : calls.find(hasSecret)?.secret;
}
