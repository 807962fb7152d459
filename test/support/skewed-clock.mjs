/** Preloaded into a process (`--import`): sets its clock off by CLOCK_SKEW_MS, as on a machine whose time is wrong. */
const skewMs = Number(process.env['CLOCK_SKEW_MS'] ?? 0);

globalThis.Date = new Proxy(Date, {
  construct: (RealDate, args, target) =>
    Reflect.construct(RealDate, args.length === 0 ? [RealDate.now() + skewMs] : args, target),
  get: (RealDate, name) => (name === 'now' ? () => RealDate.now() + skewMs : Reflect.get(RealDate, name)),
});
