/**
 * What `npm start` and the image give Node, here for those that start a server themselves, so that they measure the same.
 *
 * - V8's new generation has 16 MB otherwise: what an event needs until it is answered then outlives it, and is collected at
 *   a tenth of all processor time more.
 * - In a burst V8 lets garbage pile up to three times of what is in use. Collected when it is as much, the process needs
 *   100 MB less, and the slowest of a hundred answers in such a burst takes 5 to 10 ms longer.
 */
export const SERVER_NODE_OPTIONS = ['--max-semi-space-size=32', '--heap-growing-percent=100'] as const;
