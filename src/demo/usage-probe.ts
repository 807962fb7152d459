/**
 * Loaded into the server's process with `--import`: tells the demo what the process used, threads included, when it asks.
 * So the server itself needs to know nothing of being measured.
 */
export interface ProcessUsage {
  cpuSeconds: number;
  peakMemoryMb: number;
}

process.on('message', (message) => {
  if (message !== 'usage') return;
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage: ProcessUsage = {
    cpuSeconds: (userCPUTime + systemCPUTime) / 1_000_000,
    peakMemoryMb: maxRSS / 1024,
  };
  process.send?.(usage);
});
process.channel?.unref();
