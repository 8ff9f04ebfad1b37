import { configureGlobal, readConfigureGlobal } from 'fast-check';

// Laws draw other policies at each run. Where a check must come to the same answer when it is asked again, of the same
// files, its caller gives what to draw from, in hexadecimal.
const seed = process.env.ROLEBOOK_LAW_SEED;
if (seed !== undefined && process.env.MOCHA_WORKER_ID !== undefined) {
  if (!/^[0-9a-f]{8,}$/.test(seed)) throw new Error(`ROLEBOOK_LAW_SEED must be hexadecimal, found \`${seed}\``);
  configureGlobal({ ...readConfigureGlobal(), seed: Number.parseInt(seed.slice(0, 8), 16) | 0 });
}

// What a law draws where it says no number, as `lawRuns` has it for those that say one.
const share = Number(process.env.ROLEBOOK_LAW_SHARE ?? 1);
if (share < 1) configureGlobal({ ...readConfigureGlobal(), numRuns: Math.max(5, Math.ceil(100 * share)) });
