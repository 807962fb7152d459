import type { AppConfig } from '../config/app-config.js';

/** Where a server with this configuration answers on this machine. */
export function localServerUrl({ server: { host, port } }: AppConfig): string {
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
