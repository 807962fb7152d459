import { Logger } from '@nestjs/common';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
/** For what is still open after everything was closed: only a mistake in the program would leave any. */
const LEFT_OPEN_MS = 5000;

/**
 * The first signal ends the process in good order; a second one ends it now. Works as PID 1 of a container too.
 *
 * @returns aborted once the process was told to end
 */
export function onTermination(close: () => Promise<void>): AbortSignal {
  const logger = new Logger('Server');
  const ending = new AbortController();
  const end = (signal: NodeJS.Signals) => {
    if (ending.signal.aborted) {
      logger.warn({ msg: `second signal (${signal}): ending now` });
      process.exit(1);
    }
    ending.abort();
    logger.log({ msg: `${signal} received: shutting down` });
    close().then(
      () => endByItself(logger),
      (error: unknown) => {
        logger.error({ msg: 'the shutdown failed', error });
        process.exit(1);
      },
    );
  };
  for (const signal of SIGNALS) process.on(signal, end);
  return ending.signal;
}

/** With nothing left to do, Node ends. The timer does not keep it waiting: it fires only when something else does. */
function endByItself(logger: Logger): void {
  process.exitCode = 0;
  setTimeout(() => {
    logger.warn({ msg: 'still open after the shutdown', resources: process.getActiveResourcesInfo() });
    process.exit(0);
  }, LEFT_OPEN_MS).unref();
}
