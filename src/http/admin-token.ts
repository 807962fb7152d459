import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { UnauthorizedError } from './http.errors.js';

/** Refuses, before it is read, every request without the token: what a stranger's body holds is nobody's business. */
export function requireAdminToken(adminToken: string): RequestHandler {
  return (request, _response, next) => {
    next(isAdmin(request.headers.authorization, adminToken) ? undefined : adminTokenRequired());
  };
}

/** @param header `Authorization`; must be `Bearer <adminToken>` */
export function isAdmin(header: string | undefined, adminToken: string): boolean {
  const token = /^Bearer (\S+)$/i.exec(header ?? '')?.[1];
  // Digests have one length, so the comparison tells nothing about the token's.
  return token !== undefined && timingSafeEqual(digest(token), digest(adminToken));
}

export const adminTokenRequired = (): UnauthorizedError =>
  new UnauthorizedError('admin_token_required', 'Send the admin token as a bearer token.');

const digest = (value: string) => createHash('sha256').update(value).digest();
