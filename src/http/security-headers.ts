import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * Headers of every answer that goes through Express. Answers are data, so by default a browser may load and run nothing
 * from them; the dashboard's page brings a policy of its own.
 *
 * @param https whether browsers are to insist on https for this host from now on: only where a proxy ends TLS
 */
export const securityHeaders = (https: boolean): RequestHandler =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
      },
    },
    strictTransportSecurity: https && { maxAge: 31_536_000, includeSubDomains: false },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
  });
