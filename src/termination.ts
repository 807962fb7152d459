import { Logger } from '@nestjs/common';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** The first signal ends the process in good order; a second one ends it now. Works as PID 1 of a container too. */
export function onTermination(close: () => Promise<void>): void {
  const logger = new Logger('Server');
  let closing = false;
  const end = (signal: NodeJS.Signals) => {
    if (closing) {
      logger.warn({ msg: `second signal (${signal}): ending now` });
      // Not process.exit: it would wait for, or abort in, what native code does on other threads.
      process.kill(process.pid, 'SIGKILL');
    }
    closing = true;
    logger.log({ msg: `${signal} received: shutting down` });
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ msg: 'the shutdown failed', error });
        process.exit(1);
      },
    );
  };
  for (const signal of SIGNALS) process.on(signal, end);
}
