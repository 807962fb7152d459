import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const program = `
  import { PinoLogger } from './dist/monitoring/pino-logger.js';
  const logger = new PinoLogger('info', false);
  const error = Object.assign(new Error('E11000'), { code: 11000, writeErrors: [{ op: { text: 'a private text' } }] });
  logger.log({ msg: 'account connected', account: '178', accessToken: 'IGAAsecret' }, 'Accounts');
  logger.error({ msg: 'could not store a delivery', error }, 'Webhooks');
  logger.error(error, 'Http');
  logger.log('a plain line', 'Server');
  logger.debug('not at this level', 'Server');
`;

describe('the log', () => {
  it('is one JSON object a line, without secrets and without what people wrote', async () => {
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program]);
    const lines = stdout.trim().split('\n');
    const error = { type: 'Error', code: 11000, message: 'E11000' };
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { level: 'info', module: 'Accounts', msg: 'account connected', account: '178' },
      { level: 'error', module: 'Webhooks', msg: 'could not store a delivery', error },
      { level: 'error', module: 'Http', msg: 'E11000', error },
      { level: 'info', module: 'Server', msg: 'a plain line' },
    ]);
    expect(stdout).not.toMatch(/IGAA|private/);
  });
});
