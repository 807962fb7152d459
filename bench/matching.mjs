// How long it takes to find the automations that answer a message, among 1,000 of one account.
// node bench/matching.mjs [automations] [messages], after a build.
import { compileAutomations } from '../dist/automation/rules/rule-set.js';

const print = (line) => process.stdout.write(`${line}\n`);
const [automations = 1000, messages = 20_000] = process.argv.slice(2).map(Number);
const modes = ['contains', 'word', 'exact', 'starts_with', 'regex'];
const syllables = ['pri', 'shi', 'ping', 'размер', 'köln', '价格', 'سعر', 'कीमत', 'さい', 'ze'];

const word = (n) => [n, n * 7, n * 13].map((each) => syllables[each % syllables.length]).join('') + n;
const automation = (n) => {
  const mode = modes[n % modes.length];
  const keywords = [1, 2, 3, 4, 5].map((k) => word(n * 5 + k));
  return {
    id: n.toString(16).padStart(24, '0'),
    account: '1',
    name: `Automation ${n}`,
    enabled: true,
    priority: n % 10,
    continue: false,
    cooldownMs: 0,
    conditions: [],
    trigger: {
      type: 'message',
      match: { mode, keywords: mode === 'regex' ? keywords.slice(0, 1) : keywords, exclude: ['spam'] },
    },
    actions: [{ type: 'send_message', text: 'Hi {{contact.name|there}}' }],
  };
};
const question = (n) =>
  `Hello, what about ${word(n)} and ${word(n * 3 + 1)}? I would like to know it today, thanks 😊`;
/** As long as Instagram takes a text: 1,000 bytes. */
const essay = (n) => Buffer.from(question(n).repeat(12)).subarray(0, 1000).toString();
const message = (text) => ({
  kind: 'message',
  account: '1',
  person: '2',
  timestamp: 0,
  mid: 'm',
  attachments: [],
  text,
});

const began = performance.now();
const rules = compileAutomations(Array.from({ length: automations }, (_, n) => automation(n)));
print(`compiled ${automations} automations in ${(performance.now() - began).toFixed(0)} ms`);

function measure(name, textOf) {
  for (let n = 0; n < 2000; n += 1) rules.match(message(textOf(n)));
  const times = [];
  let matched = 0;
  for (let n = 0; n < messages; n += 1) {
    const event = message(textOf(n));
    const from = performance.now();
    matched += rules.match(event).length;
    times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  const at = (share) => `${(times[Math.floor(times.length * share)] * 1000).toFixed(0)} µs`;
  const slow = times.filter((ms) => ms > 1).length;
  print(
    `matched ${matched} of ${messages} ${name}: median ${at(0.5)}, p99 ${at(0.99)}, p99.9 ${at(0.999)}, above 1 ms ${slow}`,
  );
}

measure('messages of a line', question);
measure('messages of 1,000 bytes', essay);
