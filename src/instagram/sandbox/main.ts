import { parseArgs } from 'node:util';
import { SandboxServer } from './sandbox-server.js';

const HELP = `A stand-in for Instagram's Graph API. Prints its URL as its first line; ends on SIGTERM or SIGINT.

  --port N           port to listen on (a free one by default)
  --host ADDRESS     address to listen on (127.0.0.1)
  --latency-ms N     hold each answer back for so long (0)
  --rate-limits      enforce Instagram's limits per account
  --refuse-unknown   refuse people and comments that it was never told about
  --help             this text
`;

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string', default: '0' },
        host: { type: 'string', default: '127.0.0.1' },
        'latency-ms': { type: 'string', default: '0' },
        'rate-limits': { type: 'boolean', default: false },
        'refuse-unknown': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

const values = readArguments();

function wholeNumber(name: 'port' | 'latency-ms', most: number): number {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= 0 && value <= most) return value;
  return fail(`--${name} must be a whole number from 0 to ${most}`);
}

if (values.help) {
  process.stdout.write(HELP);
} else {
  const server = new SandboxServer({
    latencyMs: wholeNumber('latency-ms', 600_000),
    rateLimits: values['rate-limits'],
    unknownPeople: values['refuse-unknown'] ? 'refused' : 'open',
  });
  const { url } = await server.listen({ host: values.host, port: wholeNumber('port', 65_535) });
  process.stdout.write(`${url}\n`);
  const stop = (): void => void server.close().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // A parent that forked this process with a channel takes it along, even when the parent is killed.
  process.once('disconnect', stop);
}
