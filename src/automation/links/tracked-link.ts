import { createHash } from 'node:crypto';
import type { Action, Button } from '../automation.types.js';
import type { LinkDocument } from './link.schema.js';

/** The same for the same link of the same automation, however often it is saved, and not to be guessed. */
export const slugOf = (automation: string, url: string): string =>
  createHash('sha256').update(`${automation} ${url}`).digest('base64url').slice(0, 16);

/** Turns the address of a button into the one that is sent. */
export type LinkMaker = (url: string) => string;

/** Buttons lead through this server, which counts; without a public address, straight to their place. */
export const linkMaker =
  (automation: string, publicUrl: string | undefined): LinkMaker =>
  (url) =>
    publicUrl === undefined ? url : `${publicUrl}/r/${slugOf(automation, url)}`;

/** All links in the buttons of an automation. */
export function linksIn(automation: {
  id: string;
  account: string;
  actions: readonly Action[];
}): LinkDocument[] {
  const { id, account, actions } = automation;
  const urls = actions.flatMap(buttonsIn).flatMap((button) => (button.type === 'url' ? [button.url] : []));
  return [...new Set(urls)].map((url) => ({ _id: slugOf(id, url), automation: id, account, url }));
}

function buttonsIn(action: Action): Button[] {
  if (action.type === 'send_message') return action.buttons ?? [];
  if (action.type === 'send_cards') return action.cards.flatMap(({ buttons }) => buttons ?? []);
  return [];
}
