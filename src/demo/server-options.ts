/**
 * What `npm start` and the image give Node, here for those that start a server themselves, so that they measure the same.
 * V8's new generation has 16 MB otherwise: what an event needs until it is answered then outlives it, and is collected at
 * a tenth of all processor time more.
 */
export const SERVER_NODE_OPTIONS = ['--max-semi-space-size=32'] as const;
