import { Controller, Sse, UseGuards, type MessageEvent } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { AdminGuard } from '../../http/admin.guard.js';
import { LiveFigures } from './live-figures.js';
import { Documented } from '../../http/api-docs/documented.decorator.js';

/** Of a client that does not read: what it missed is worth nothing. */
const MAX_PENDING_CHARACTERS = 256_000;

@Controller('api/admin/events')
@UseGuards(AdminGuard)
export class LiveEventsController {
  constructor(private readonly live: LiveFigures) {}

  /** Server-sent events: `figures` each second while somebody listens. */
  @Sse('', { maxPendingDataLength: MAX_PENDING_CHARACTERS })
  @Documented({ summary: 'Figures each second, as server-sent events', contentType: 'text/event-stream' })
  events(): Observable<MessageEvent> {
    return this.live.stream();
  }
}
