import { Injectable } from '@nestjs/common';
import { DryRunService } from '../../automation/replay/dry-run.service.js';
import { RuleExplainer } from '../../automation/replay/rule-explainer.service.js';
import type { DeliveredEvent } from '../../webhooks/conversation-deliveries.js';
import type { SimulatedDelivery } from './simulator.log.js';

/** What is to be expected of an event, told before it happens: afterwards, it has changed what is judged by. */
@Injectable()
export class Predictions {
  constructor(
    private readonly dryRuns: DryRunService,
    private readonly rules: RuleExplainer,
  ) {}

  async of({ event, identity }: DeliveredEvent): Promise<Pick<SimulatedDelivery, 'dryRun' | 'rules'>> {
    const dryRun = await this.dryRuns.run({ event, identity });
    return { dryRun, rules: await this.rules.explain(event) };
  }
}
