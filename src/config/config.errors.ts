export interface ConfigProblem {
  variable: string;
  message: string;
}

/** All that is wrong with the environment, at once; never carries a value, since a value may be a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'config_invalid';

  constructor(readonly problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ variable, message }) => `  ${variable} ${message}`);
    super(`The configuration is not valid:\n${lines.join('\n')}`);
  }
}
