import fc from 'fast-check';

// The same cases in every run of `npm test`, so that a red run is the fault of a change and never of the draw.
// `npm run test:properties` draws others: many more of them, from a seed that fast-check prints when one fails.
const SEED = 20_261_124;

const { PROPERTY_SEED, PROPERTY_RUNS } = process.env;
const seed = PROPERTY_SEED === 'random' ? Math.trunc(Math.random() * 2 ** 31) : Number(PROPERTY_SEED ?? SEED);
fc.configureGlobal({ seed, ...(PROPERTY_RUNS && { numRuns: Number(PROPERTY_RUNS) }) });
