import { Checkbox, Stack } from '@mantine/core';
import type { ActionOf } from '../automation.types.js';
import { withOptional } from '../editor/draft.js';
import { PlainText } from './plain-text.js';

type Webhook = ActionOf<'call_webhook'>;

interface WebhookFieldsProps {
  action: Webhook;
  path: string;
  onChange(action: Webhook): void;
}

/** The server never tells a secret: left alone, it stays as it is. */
export function WebhookFields({ action, path, onChange }: WebhookFieldsProps) {
  const { url, secret, secretSet = false } = action;
  return (
    <Stack gap="sm">
      <PlainText
        label="Address"
        description="Gets the event and the contact as JSON, by POST."
        placeholder="https://"
        path={`${path}.url`}
        value={url}
        onChange={(next) => onChange(withAddress(action, next))}
      />
      <PlainText
        label="Secret"
        description={
          secretSet
            ? 'One is set, and not shown. It counts for this address alone; what you enter takes its place.'
            : 'Signs what is sent (X-ChatAutoDM-Signature-256). May be empty.'
        }
        {...(secretSet && secret === undefined && { placeholder: '••••••••' })}
        disabled={secret === null}
        path={`${path}.secret`}
        value={secret ?? ''}
        onChange={(next) => onChange(withOptional(action, 'secret', next))}
      />
      {secretSet && (
        <Checkbox
          label="Remove the secret"
          checked={secret === null}
          onChange={(event) =>
            onChange(
              event.currentTarget.checked
                ? { ...action, secret: null }
                : withOptional(action, 'secret', undefined),
            )
          }
        />
      )}
    </Stack>
  );
}

/** The secret that is set stays with the address before. */
function withAddress({ secretSet: _before, secret, ...action }: Webhook, url: string): Webhook {
  return { ...action, url, ...(secret && { secret }) };
}
