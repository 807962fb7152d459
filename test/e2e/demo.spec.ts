import { afterEach, expect, it } from '@jest/globals';
import { BuiltProcess } from '../support/server-process.js';

let demo: BuiltProcess | undefined;

afterEach(async () => {
  await demo?.kill('SIGKILL');
});

it('the demo answers every event exactly once, although some are delivered twice', async () => {
  demo = BuiltProcess.start('dist/demo/demo.js', ['--events', '1000', '--accounts', '10', '--json'], {});
  expect(await demo.exit()).toBe(0);
  expect(JSON.parse(demo.output)).toMatchObject({
    posted: 1020,
    accepted: 1020,
    events: 1000,
    replied: 1000,
    duplicates: 0,
    lost: 0,
  });
}, 60_000);
