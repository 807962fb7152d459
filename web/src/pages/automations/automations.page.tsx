import { Redirect, Route, Switch } from 'wouter';
import { AutomationList } from './automation-list.js';
import { EditAutomation, NewAutomation } from './editor/editor.page.js';

const tabs = new Set(['edit', 'figures']);

/** The list, and one of them. */
export default function AutomationsPage() {
  return (
    <Switch>
      <Route path="/automations">
        <AutomationList />
      </Route>
      <Route path="/automations/new">
        <NewAutomation />
      </Route>
      <Route path="/automations/:id/:tab?">
        {({ id, tab = 'edit' }) =>
          tabs.has(tab) ? (
            <EditAutomation key={id} id={id} tab={tab} />
          ) : (
            <Redirect to={`/automations/${id}`} replace />
          )
        }
      </Route>
    </Switch>
  );
}
