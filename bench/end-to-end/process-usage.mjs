import { readdirSync, readFileSync } from 'node:fs';

/* What a process used, asked of the kernel (Linux), so that the process itself need not know of it. */

/** The kernel counts in hundredths of a second whatever the processor's clock. */
const TICKS_PER_SECOND = 100;
const SAMPLE_EVERY_MS = 50;

/** User and system time of a process, all its threads included. */
export const cpuSeconds = (pid) => ticks(readFileSync(`/proc/${pid}/stat`, 'utf8')) / TICKS_PER_SECOND;

/** The same for each thread, as `name/id`. */
export function threadCpuSeconds(pid) {
  const tasks = readdirSync(`/proc/${pid}/task`).map((id) => {
    const stat = readFileSync(`/proc/${pid}/task/${id}/stat`, 'utf8');
    const name = id === String(pid) ? 'main' : stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    return [`${name}/${id}`, ticks(stat) / TICKS_PER_SECOND];
  });
  return Object.fromEntries(tasks);
}

export const peakRssMb = (pid) => statusMb(pid, 'VmHWM');

/** Memory that is the process's own: the store's mapped file, which the kernel may drop, is not in it. */
export const ownMemoryMb = (pid) => statusMb(pid, 'RssAnon');

function ticks(stat) {
  // The name, in brackets, may have spaces; the fields after it are counted from its end.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

function statusMb(pid, field) {
  const [, kilobytes] = new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(kilobytes) / 1024;
}

/** Samples the memory that is the process's own. */
export class OwnMemory {
  peakMb = 0;

  constructor(pid) {
    this.timer = setInterval(() => {
      this.peakMb = Math.max(this.peakMb, ownMemoryMb(pid));
    }, SAMPLE_EVERY_MS);
  }

  stop() {
    clearInterval(this.timer);
  }
}
