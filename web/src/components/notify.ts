import { notifications } from '@mantine/notifications';
import { ApiError } from '../api/api-error.js';

export function notifyDone(message: string): void {
  notifications.show({ message, color: 'green', withBorder: true });
}

/** For what failed after a click; stays until it is closed. A session that has ended shows the sign-in page instead. */
export function notifyFailed(error: unknown): void {
  if (error instanceof ApiError && error.statusCode === 401) return;
  const message = error instanceof Error ? error.message : 'Something went wrong.';
  const details = error instanceof ApiError ? error.details : [];
  notifications.show({
    title: message,
    message: details.map((detail) => `${detail.path} ${detail.message}`).join('; '),
    color: 'red',
    withBorder: true,
    autoClose: false,
  });
}
