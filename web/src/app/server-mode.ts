/** True when nothing that is done here reaches Instagram; the server says so in the page itself, before any sign-in. */
export const isSandbox = (): boolean => document.documentElement.dataset['mode'] === 'sandbox';
