import type { LoggerService } from '@nestjs/common';
import { destination, pino, type Level, type Logger } from 'pino';
import { PinoPretty } from 'pino-pretty';
import { toLoggedError } from './logged-error.js';

/** Last line of defence: code must not log these in the first place. */
const REDACTED = ['accessToken', '*.accessToken', 'authorization', '*.authorization', 'token', '*.token'];

/** Nest's own start-up lines, one for each module and route: an operator looks for others. */
const FRAMEWORK = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
]);

/**
 * Nest's logger on pino: one JSON object a line, or, at a terminal, lines for people. Callers pass an object with `msg`
 * and fields, or a plain string.
 */
export class PinoLogger implements LoggerService {
  private readonly pino: Logger;

  constructor(level: string, pretty: boolean) {
    this.pino = pino(
      {
        level,
        base: undefined,
        timestamp: () => `,"time":"${new Date().toISOString()}"`,
        formatters: { level: (label) => ({ level: label }) },
        serializers: { error: (error: unknown) => toLoggedError(error) },
        redact: { paths: REDACTED, censor: '[redacted]' },
      },
      pretty
        ? PinoPretty({ colorize: true, ignore: 'module', messageFormat: '{module}: {msg}' })
        : destination(1),
    );
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write(FRAMEWORK.has(String(rest.at(-1))) ? 'debug' : 'info', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  /** Nest passes the name of the logger last, and before it, on errors, perhaps a stack. */
  private write(level: Level, message: unknown, rest: unknown[]): void {
    if (!this.pino.isLevelEnabled(level)) return;
    const last = rest.at(-1);
    const module = typeof last === 'string' && !last.includes('\n') ? last : undefined;
    if (message instanceof Error) {
      this.pino[level]({ module, error: message }, message.message);
    } else if (typeof message === 'object' && message !== null) {
      this.pino[level]({ module, ...message });
    } else {
      this.pino[level]({ module }, String(message));
    }
  }
}
