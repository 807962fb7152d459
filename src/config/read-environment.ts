import { existsSync } from 'node:fs';
import type { AppConfig } from './app-config.js';
import { generatedSecrets } from './generated-secrets.js';
import { loadConfig } from './load-config.js';

/** The one place that reads `process.env`, after an `.env` file in the working directory if there is one. */
export function readEnvironment(): { config: AppConfig; environment: NodeJS.ProcessEnv } {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return { config: loadConfig(process.env, generatedSecrets), environment: process.env };
}
