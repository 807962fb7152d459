import { join } from 'node:path';
import { Router, type RequestHandler, type Response } from 'express';
import { builtFiles, sendBuilt } from './built-files.js';
import { readDashboardPage } from './dashboard-page.js';

/** Where `npm run build` puts it, seen from `dist/dashboard` and from `src/dashboard`. */
export const DASHBOARD_FOLDER = join(import.meta.dirname, '../../dist/web');

/** What belongs to the server's own routes; an unknown address below these is never a page. */
const NOT_PAGES = /^\/(?:api|health|metrics|r|assets|favicon\.svg)(?:\/|$)/i;
const NOT_BUILT = 'The dashboard is not built. Build it with: npm run build\n';

/**
 * The dashboard at `/`: its files, and its page for every address that is one of its client's routes.
 *
 * @param folder the build
 * @param mode `sandbox` or `live`, which the page shows before anybody signs in
 */
export function dashboardRoutes(folder: string, mode: 'sandbox' | 'live'): Router {
  const render = readDashboardPage(folder, mode);
  const router = Router();
  if (render) router.get('/assets/:name', builtFiles(join(folder, 'assets')));
  router.get('/favicon.svg', (_request, response, next) =>
    sendBuilt(response, 'favicon.svg', { root: folder, maxAge: '1d' }, next),
  );
  router.get(/.*/, page(render));
  return router;
}

function page(render: ReturnType<typeof readDashboardPage>): RequestHandler {
  return (request, response, next) => {
    if (NOT_PAGES.test(request.path) || !request.accepts('html')) {
      next();
      return;
    }
    if (!render) {
      sendNotBuilt(response);
      return;
    }
    const { html, contentSecurityPolicy } = render();
    response.set('Content-Security-Policy', contentSecurityPolicy);
    // Its nonce is for one answer, and the names of the files in it change with each build.
    response.set('Cache-Control', 'no-store').type('html').send(html);
  };
}

function sendNotBuilt(response: Response): void {
  response.status(503).set('Cache-Control', 'no-store').type('text').send(NOT_BUILT);
}
