// Mocha ends a worker that takes longer than a second to end, and one that writes down its coverage may; what it ran would
// then count as never run.
process.on('SIGTERM', () => undefined);
