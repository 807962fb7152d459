import { setNonce } from 'get-nonce';

/**
 * The content security policy lets in only styles with the nonce of this page: those that components write into the page
 * themselves need it. Scripts get none, they come from files.
 */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}

/** Dialogs stop the page behind them from scrolling with a style of their own; it asks here for its nonce. */
export function allowStylesOfScrollLocks(): void {
  setNonce(styleNonce());
}
