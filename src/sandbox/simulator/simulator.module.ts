import { Module, type DynamicModule } from '@nestjs/common';
import { AccountsModule } from '../../accounts/accounts.module.js';
import { AutomationModule } from '../../automation/automation.module.js';
import { SandboxServer } from '../../instagram/sandbox/sandbox-server.js';
import { ConversationsModule } from '../../monitoring/conversations/conversations.module.js';
import { WebhooksModule } from '../../webhooks/webhooks.module.js';
import { FailuresController } from './failures.controller.js';
import { OwnEndpoint } from './own-endpoint.js';
import { PhoneService } from './phone.service.js';
import { Predictions } from './predictions.js';
import { SimulatedFailures } from './simulated-failures.js';
import { SimulatorController } from './simulator.controller.js';
import { SimulatorLog } from './simulator.log.js';
import { SimulatorReset, SimulatorService } from './simulator.service.js';
import { TraceService } from './trace.service.js';

/** Only for a server with a stand-in for Instagram of its own. */
@Module({})
export class SimulatorModule {
  static forRoot(standIn: SandboxServer): DynamicModule {
    return {
      module: SimulatorModule,
      imports: [AccountsModule, AutomationModule, WebhooksModule, ConversationsModule],
      controllers: [SimulatorController, FailuresController],
      providers: [
        { provide: SandboxServer, useValue: standIn },
        OwnEndpoint,
        PhoneService,
        Predictions,
        SimulatedFailures,
        SimulatorLog,
        SimulatorReset,
        SimulatorService,
        TraceService,
      ],
    };
  }
}
