import { messageWebhook } from '../../dist/instagram/webhook-samples.js';

/*
 * What is posted, worked out from a running number, so that the process that posts and the one that counts agree
 * without talking to each other. Each text carries its number, and each answer repeats the text.
 */

const FIRST_ACCOUNT = 17_841_400_000_000_000n;
const FIRST_PERSON = 2_978_000_000_000_000n;
/** Everyone writes twice in a run of 25,000, the second time half a run later: as many known people as new ones. */
const PEOPLE = 12_500;

export const KEYWORD = 'price';

export const accountId = (index) => String(FIRST_ACCOUNT + BigInt(index));

/** Who writes message `n`, and to whom. Each person writes to one account only. */
export function betweenOf(n, accounts) {
  const account = n % accounts;
  const person = Math.floor((n % PEOPLE) / accounts) * accounts + account;
  return { account: accountId(account), person: String(FIRST_PERSON + BigInt(person)) };
}

/** The JSON of message `n`; `run` keeps the messages of different runs on one store apart. */
export const bodyOf = (n, { accounts, run, startedAt }) =>
  JSON.stringify(
    messageWebhook({
      ...betweenOf(n, accounts),
      timestamp: startedAt + n,
      mid: `bench-${run}-${n}`,
      text: `What is the price? #${n}`,
    }),
  );

export const answerTo = (text) => `It is 49 EUR. You asked: ${text}`;

export const automationOf = (account) => ({
  account,
  name: 'Price',
  enabled: true,
  priority: 0,
  trigger: { type: 'message', match: { mode: 'contains', keywords: [KEYWORD] } },
  actions: [{ type: 'send_message', text: answerTo('{{event.text}}') }],
});

/** The number in an answer; NaN where there is none. */
export const numberIn = (text) => Number(text.slice(text.lastIndexOf('#') + 1) || 'none');
