import { Inject, Injectable } from '@nestjs/common';
import type { ActionContext, ActionResult, ActionRunner } from './action-context.js';
import type { CompiledAction } from './compiled-action.js';

/** All {@link ActionRunner}s: an injection token. */
export const ACTION_RUNNERS = Symbol('ACTION_RUNNERS');

/** Finds what runs each type of action. */
@Injectable()
export class ActionExecutor {
  private readonly runners: ReadonlyMap<string, ActionRunner<CompiledAction>>;

  constructor(@Inject(ACTION_RUNNERS) runners: readonly ActionRunner<CompiledAction>[]) {
    this.runners = new Map(runners.flatMap((runner) => runner.types.map((type) => [type, runner] as const)));
  }

  run(action: CompiledAction, context: ActionContext): Promise<ActionResult> {
    const runner = this.runners.get(action.type);
    if (!runner) throw new TypeError(`nothing runs the action ${action.type}`);
    return runner.run(action, context);
  }
}
