import { toActionView, type ActionView } from './actions/webhook-secrets.js';
import type { Automation, AutomationSettings } from './automation.types.js';

/** With its actions as they are answered. */
type Answered<T extends AutomationSettings> = Omit<T, 'actions'> & { actions: ActionView[] };

export type SettingsView = Answered<AutomationSettings>;
export type AutomationView = Answered<Automation>;

/** An automation, or its settings alone, as the admin API shows it. */
export const toAutomationView = <T extends AutomationSettings>(automation: T): Answered<T> => ({
  ...automation,
  actions: automation.actions.map(toActionView),
});
