import { inWords } from '../../words/kinds.js';

interface Kinded {
  kind: string;
}

/** What is in a delivery: `2 × message, comment`. */
export function eventsText(events: readonly Kinded[]): string {
  const counts = new Map<string, number>();
  for (const { kind } of events) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts]
    .map(([kind, number]) => (number === 1 ? inWords(kind) : `${number} × ${inWords(kind)}`))
    .join(', ');
}

/** Which of the app secrets signed, as its owner counts them. */
export const signatureText = (signedBy: number): string => `App secret ${signedBy + 1}`;
