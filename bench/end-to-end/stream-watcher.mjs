import { request } from 'undici';
import { SECRETS } from './contestants.mjs';

/* Listens to the overview's server-sent events as a browser does, and keeps when each came and what it said. */
export class StreamWatcher {
  messages = [];
  #controller = new AbortController();
  #waiting = new Set();

  static async open(url) {
    const watcher = new StreamWatcher();
    const { statusCode, body } = await request(`${url}/api/admin/events`, {
      headers: { authorization: `Bearer ${SECRETS.ADMIN_TOKEN}` },
      signal: watcher.#controller.signal,
      bodyTimeout: 0,
    });
    if (statusCode !== 200) throw new Error(`the stream answered ${statusCode}`);
    void watcher.#read(body).catch(() => {});
    return watcher;
  }

  async #read(body) {
    let text = '';
    for await (const chunk of body) {
      text += chunk.toString();
      for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
        this.#take(text.slice(0, end));
        text = text.slice(end + 2);
      }
    }
  }

  #take(block) {
    const line = (name) =>
      block
        .split('\n')
        .find((each) => each.startsWith(`${name}: `))
        ?.slice(name.length + 2);
    const data = line('data');
    if (data === undefined) return;
    this.messages.push({ at: performance.now(), type: line('event'), data: JSON.parse(data) });
    for (const notify of this.#waiting) notify();
  }

  /** The next message that comes. */
  next() {
    return new Promise((resolve) => {
      const notify = () => {
        this.#waiting.delete(notify);
        resolve(this.messages.at(-1));
      };
      this.#waiting.add(notify);
    });
  }

  /** How regularly they came since the message with this number, and whether they made sense. */
  figuresSince(first) {
    const since = this.messages.slice(first);
    const gaps = since.slice(1).map(({ at }, index) => at - since[index].at);
    const sorted = gaps.toSorted((a, b) => a - b);
    const inRates = since.map(({ data }) => data.perSecond?.in).filter((rate) => rate !== undefined);
    return {
      messages: since.length,
      unavailable: since.filter(({ type }) => type !== 'figures').length,
      gapP50Ms: sorted[Math.floor((sorted.length - 1) / 2)],
      gapMinMs: sorted[0],
      gapMaxMs: sorted.at(-1),
      medianIn: inRates.toSorted((a, b) => a - b)[Math.floor(inRates.length / 2)],
      /** By how many the completed jobs became fewer from one message to the next, at most. */
      stepBack: Math.max(
        0,
        ...since.slice(1).map(({ data }, index) => since[index].data.completed - data.completed),
      ),
    };
  }

  close() {
    this.#controller.abort();
  }
}

const STATES = ['pending', 'retrying', 'processing', 'completed', 'dead'];

export const statesOf = (data) => Object.fromEntries(STATES.map((state) => [state, data[state]]));
