import { Injectable, type Type } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { readBuildInfo } from '../../config/build-info.js';
import { deliveryRoute } from '../../webhooks/delivery.route.js';
import { describeApi, type ApiDocument } from './api-document.js';
import { routesOf, type ScannedRoute } from './route-scanner.js';

/** The description of all routes, made of the controllers themselves. */
@Injectable()
export class ApiDocsService {
  private made: ApiDocument | undefined;

  constructor(private readonly discovery: DiscoveryService) {}

  get document(): ApiDocument {
    this.made ??= describeApi(this.routes(), readBuildInfo().version);
    return this.made;
  }

  /** Deliveries are the one route that no controller has. */
  routes(): ScannedRoute[] {
    const controllers = this.discovery.getControllers().map(({ metatype }) => metatype as Type);
    return [deliveryRoute, ...[...new Set(controllers)].flatMap(routesOf)];
  }
}
