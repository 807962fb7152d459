import { EventEmitter } from 'node:events';
import type { ReadStream, WriteStream } from 'node:tty';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { TerminalPage } from './terminal-page.js';

/** A terminal's two ends, as far as a page uses them. */
class Output extends EventEmitter {
  columns = 80;
  rows = 24;
  written = '';
  hasColors = () => false;
  write(text: string): void {
    this.written += text;
  }
}

class Input extends EventEmitter {
  isRaw = false;
  reading = false;
  setRawMode = (raw: boolean) => (this.isRaw = raw);
  resume = () => (this.reading = true);
  pause = () => (this.reading = false);
}

describe('a page on the terminal', () => {
  let output: Output;
  let input: Input;
  let quits: number;
  let page: TerminalPage;

  beforeEach(() => {
    output = new Output();
    input = new Input();
    quits = 0;
    page = new TerminalPage(
      output as unknown as WriteStream,
      input as unknown as ReadStream,
      () => (quits += 1),
    );
  });

  it('leaves the terminal as it was', () => {
    const listeners = process.listenerCount('exit');
    page.enter();
    expect(input).toMatchObject({ isRaw: true, reading: true });
    expect(output.written).toBe('\u001B[?1049h\u001B[?25l');
    page.show(() => ['text']);
    page.leave();
    expect(input).toMatchObject({ isRaw: false, reading: false });
    expect(output.written.endsWith('\u001B[?25h\u001B[?1049l')).toBe(true);
    expect(process.listenerCount('exit')).toBe(listeners);
    expect(output.listenerCount('resize') + input.listenerCount('data')).toBe(0);
  });

  it.each(['q', 'Q', '\u0003'])('ends at %j, and at no other key', (key) => {
    page.enter();
    input.emit('data', Buffer.from('x'));
    expect(quits).toBe(0);
    input.emit('data', Buffer.from(key));
    expect(quits).toBe(1);
    page.leave();
  });

  it('draws again in the new size when the terminal changes it', () => {
    page.enter();
    page.show(({ columns, rows }) => [`${columns}x${rows}`]);
    output.columns = 120;
    output.emit('resize');
    expect(output.written).toContain('80x24');
    expect(output.written).toContain('120x24');
    page.leave();
  });
});
