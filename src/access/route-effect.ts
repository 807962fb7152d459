import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { isWrite } from '../http/caller.js';
import { CHANGES_NOTHING } from '../http/changes-nothing.decorator.js';

/** Whether a request may change something: by its method, unless its route says that it does not. */
@Injectable()
export class RouteEffect {
  constructor(private readonly reflector: Reflector) {}

  mayChange(context: ExecutionContext): boolean {
    const declared = [context.getHandler(), context.getClass()];
    return (
      isWrite(context.switchToHttp().getRequest<Request>()) &&
      this.reflector.getAllAndOverride<true | undefined>(CHANGES_NOTHING, declared) !== true
    );
  }
}
