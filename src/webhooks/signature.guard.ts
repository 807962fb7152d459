import { Injectable, Logger, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { MetaConfig } from '../config/app-config.js';
import { verifySignature } from '../instagram/webhook-signature.js';
import { SignatureError } from './webhooks.errors.js';

/** A request whose body was read but not parsed, and, behind the guard, who signed it. */
export interface SignedRequest extends Request {
  body: Buffer | undefined;
  signedBy: number;
}

const NO_BODY = Buffer.alloc(0);

/** Lets through only what one of the app secrets signed. No header, address or mode is exempt. */
@Injectable()
export class SignatureGuard implements CanActivate {
  private readonly logger = new Logger('Webhooks');

  constructor(private readonly config: MetaConfig) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<SignedRequest>();
    const header = request.headers['x-hub-signature-256'];
    const given = Array.isArray(header) ? header[0] : header;
    const result = verifySignature(request.body ?? NO_BODY, given, this.config.appSecrets);
    if (!result.valid) {
      this.logger.warn({ msg: 'refused a delivery', reason: result.reason, from: request.ip });
      throw new SignatureError(result.reason);
    }
    request.signedBy = result.secretIndex;
    return true;
  }
}
