import { existsSync } from 'node:fs';
import { describe, it, jest } from '@jest/globals';
import { chromium, type Browser } from 'playwright-core';

/** Where Debian's package puts it. */
const EXECUTABLE = '/usr/bin/chromium';

const DISABLED_FEATURES = [
  // Pages of Chromium's own beside each window, for its address bar: a third of all its work in these tests.
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  // What Playwright switches off: of several lists Chromium takes the last alone.
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'TcpPortRandomizationWin',
  'ThirdPartyStoragePartitioning',
];

const ARGUMENTS = [
  `--disable-features=${DISABLED_FEATURES.join(',')}`,
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** For each test and hook: a browser and a server that start on a busy machine take far longer than a unit test. */
const DEADLINE_MS = 90_000;

export const startChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });

/** `describe` for tests that need Chromium: without it they are skipped, and say so, but never in continuous integration. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (existsSync(EXECUTABLE)) {
    jest.setTimeout(DEADLINE_MS);
    // What is shown for a second only can be missed where two browsers share two processors. The first failure is reported.
    jest.retryTimes(1, { logErrorsBeforeRetry: true });
    describe(name, tests);
    return;
  }
  const notice = `${EXECUTABLE} is missing: install Debian's package chromium to run the tests of the dashboard`;
  if (process.env['CI']) {
    describe(name, () => {
      it('needs Chromium', () => {
        throw new Error(notice);
      });
    });
    return;
  }
  process.stderr.write(`${notice}\n`);
  describe.skip(name, tests);
}
