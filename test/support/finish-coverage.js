// Mocha ends a worker that takes longer than a second to end, and one that writes down its coverage may; what it ran would
// then count as never run.
process.on('SIGTERM', () => undefined);

// Programs that tests start run what was built, which nobody counts.
if (process.env.MOCHA_WORKER_ID !== undefined) delete process.env.NODE_V8_COVERAGE;
