import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeInBrowser } from '../../support/browser/chromium.js';
import { Dashboard } from '../../support/browser/dashboard.js';

const account = '17841400000000001';
/** The first of the simulator's customers. */
const person = '2978000000000101';
const SCRIPT = '<img src=x onerror="document.title=1"><script>document.title=2</script>';

describeInBrowser('the simulator and the conversations', () => {
  let dashboard: Dashboard;

  beforeAll(async () => {
    dashboard = await Dashboard.start();
  });

  afterAll(() => dashboard?.close());

  it('show the answer, its trace, a tapped quick reply and a private reply', async () => {
    const dash = await dashboard.openSignedIn('/simulator');
    const { page } = dash;
    const phone = page.getByRole('log', { name: 'Messages' });
    const trace = page.getByRole('region', { name: 'Trace' });
    const write = async (text: string) => {
      await page.getByLabel('Text').fill(text);
      await page.keyboard.press('Enter');
    };
    await write(`the price? ${SCRIPT}`);
    await phone.getByText('it is 49 EUR.').waitFor();
    await trace.getByText('Answered by “Price questions”.').waitFor();
    await trace.getByText('Reported back').waitFor();
    await trace.getByText('Its trigger is comment, and this is a message.').waitFor();

    await phone.getByRole('button', { name: 'Order', exact: true }).click();
    await phone.getByText('Great! Where shall we send it?').waitFor();

    await page.getByLabel('What to do').selectOption('comment');
    await write('link');
    await phone.getByText('In answer to your comment').waitFor();
    await phone.getByText('Public reply below your comment').waitFor();
    expect(await page.title()).toContain('Simulator');
    dash.expectNoComplaints();
    await dash.close();
  });

  it('say why nothing was answered while a conversation is paused, and go on when it is resumed', async () => {
    const dash = await dashboard.openSignedIn('/conversations');
    const { page } = dash;
    await page.getByRole('link', { name: /Mia Keller|mia\.sews/ }).click();
    const thread = page.getByRole('region', { name: 'Messages' });
    await thread.getByText(SCRIPT).waitFor();
    await thread.getByText('it is 49 EUR.').waitFor();
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByRole('menuitem', { name: 'For an hour' }).click();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    const event = { kind: 'message', account, person, text: 'price, please' };
    await dashboard.admin('POST', 'simulator/events', event);
    await thread.getByText('automations are paused in this conversation by hand').waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
    await dashboard.admin('POST', 'simulator/events', { ...event, text: 'the price now?' });
    await thread.getByText('it is 49 EUR.').nth(1).waitFor();
    expect(await page.title()).toContain('Conversations');
    dash.expectNoComplaints();
    await dash.close();
  });

  it('make Instagram fail and recover', async () => {
    const dash = await dashboard.openSignedIn('/simulator');
    const { page } = dash;
    await page.getByRole('switch', { name: 'Outside the window' }).click();
    await page.getByLabel('Text').fill('price?');
    await page.keyboard.press('Enter');
    const trace = page.getByRole('region', { name: 'Trace' });
    await trace.getByText('Not sent: the person last wrote more than 24 hours ago').waitFor();
    await page.getByRole('button', { name: 'Reset all' }).click();
    await page.getByRole('button', { name: 'Start over' }).click();
    await trace.getByText('Nothing yet').waitFor();
    await page.getByLabel('Text').fill('price?');
    await page.keyboard.press('Enter');
    await trace.getByText('Answered by “Price questions”.').waitFor();
    expect(await page.getByRole('switch', { checked: true }).count()).toBe(0);
    dash.expectNoComplaints();
    await dash.close();
  });
});
