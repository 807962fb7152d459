/** The address that is entered at Meta. */
export const WEBHOOK_PATH = '/api/webhooks/instagram';
