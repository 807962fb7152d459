import type { ReadStream, WriteStream } from 'node:tty';
import type { PageSize } from './queue-page.js';

const ENTER = '\u001B[?1049h\u001B[?25l';
const LEAVE = '\u001B[?25h\u001B[?1049l';
const HOME = '\u001B[H';
const CLEAR_LINE = '\u001B[K';
const CLEAR_BELOW = '\u001B[J';
const CTRL_C = '\u0003';

/**
 * A page on the terminal's second screen: what stood there before is back when it is left. Redrawn in place, so that it does
 * not flicker.
 */
export class TerminalPage {
  private draw: ((size: PageSize) => string[]) | undefined;

  /** @param onQuit called for `q` and Ctrl+C */
  constructor(
    private readonly output: WriteStream,
    private readonly input: ReadStream | undefined,
    private readonly onQuit: () => void,
  ) {}

  enter(): void {
    this.output.write(ENTER);
    this.output.on('resize', this.redraw);
    // Whatever ends the process, the terminal is as it was.
    process.on('exit', this.restore);
    if (!this.input) return;
    this.input.setRawMode(true);
    this.input.on('data', this.onKey);
    this.input.resume();
  }

  /** Draws now, and again whenever the terminal changes its size. */
  show(draw: (size: PageSize) => string[]): void {
    this.draw = draw;
    this.redraw();
  }

  leave(): void {
    this.output.off('resize', this.redraw);
    process.off('exit', this.restore);
    this.restore();
    if (!this.input) return;
    this.input.off('data', this.onKey);
    this.input.pause();
  }

  private readonly redraw = (): void => {
    if (!this.draw) return;
    const { columns, rows } = this.output;
    const lines = this.draw({ columns, rows, colours: this.output.hasColors() });
    // Cleared before it is written: after a line that fills the width, the cursor still stands on its last character.
    const text = lines.map((line) => CLEAR_LINE + line).join('\r\n');
    this.output.write(`${HOME}${text}${lines.length < rows ? `\r\n${CLEAR_BELOW}` : ''}`);
  };

  private readonly restore = (): void => {
    if (this.input?.isRaw) this.input.setRawMode(false);
    this.output.write(LEAVE);
  };

  private readonly onKey = (key: Buffer): void => {
    // Raw mode turns Ctrl+C into a character like any other.
    if (/^q/i.test(key.toString()) || key.toString().includes(CTRL_C)) this.onQuit();
  };
}
