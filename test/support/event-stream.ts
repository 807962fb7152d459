export interface ServerSentEvent {
  type: string;
  data: Record<string, unknown>;
}

/** Listens to server-sent events as a browser does. */
export class EventStream {
  private text = '';
  private readonly decoder = new TextDecoder();

  private constructor(
    readonly response: Response,
    private readonly reader: ReadableStreamDefaultReader<Uint8Array>,
    private readonly controller: AbortController,
  ) {}

  static async open(url: string, headers: Record<string, string> = {}): Promise<EventStream> {
    const controller = new AbortController();
    const response = await fetch(url, { headers, signal: controller.signal });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return new EventStream(response, response.body!.getReader(), controller);
  }

  /** The next event; null when the server has ended the stream. Comments are passed over. */
  async next(): Promise<ServerSentEvent | null> {
    for (;;) {
      const end = this.text.indexOf('\n\n');
      if (end !== -1) {
        const event = parse(this.text.slice(0, end));
        this.text = this.text.slice(end + 2);
        if (event) return event;
        continue;
      }
      const { done, value } = await this.reader.read();
      if (done) return null;
      this.text += this.decoder.decode(value, { stream: true });
    }
  }

  /** The first event that `holds` says yes to. */
  async until(holds: (event: ServerSentEvent) => boolean): Promise<ServerSentEvent> {
    for (;;) {
      const event = await this.next();
      if (!event) throw new Error('the stream ended');
      if (holds(event)) return event;
    }
  }

  /** As when a tab is closed. */
  close(): void {
    this.controller.abort();
  }
}

function parse(block: string): ServerSentEvent | null {
  const fields = new Map(
    block.split('\n').map((line) => [line.split(':')[0]!, line.slice(line.indexOf(':') + 2)]),
  );
  const data = fields.get('data');
  return data === undefined ? null : { type: fields.get('event') ?? 'message', data: JSON.parse(data) };
}
