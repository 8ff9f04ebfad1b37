/** The limits of worker processes. */
export const workerLimits = {
  /** Worker processes; each holds the whole policy, and we know no machine that is better off with more. */
  workers: 64,
  /** How long a new worker may take to say that it is there: it has only read its options and the token files. */
  workerJoinMs: 60_000,
  /** How often a worker has to show that it is there; it hangs when it missed all of them for `workerSilenceMs`. */
  workerBeatMs: 1000,
  /** Connections on their way to a worker before it says that they have arrived; an even number. */
  workerHandovers: 16,
  /** Beats in a row before which a worker lost connections, and took none; then it is replaced. */
  workerLosingBeats: 3,
  /** How long a worker may take to say that it is ending. One that does not has nothing in flight that it could answer. */
  workerStopMs: 5000,
  /** How long a worker may take to end after its requests in flight had their time; its decision log is being written. */
  workerEndMs: 2000,
  /** What a worker is given at once; taking it must not take longer than a slice of compilation. */
  workerMessageBytes: 1024 * 1024,
  /** A worker at work says so all the time; one that is silent for this long hangs, and is killed and replaced. */
  workerSilenceMs: 10_000,
  /** How long a worker may take to say what it measured; Prometheus itself waits ten seconds by default. */
  workerMetricsMs: 2000,
  /** Before a worker that ended soon after its start is started again; doubled each time, so a broken one eats no CPU, up to what is soon after it was mended. */
  workerPauseMs: { first: 250, longest: 15_000 },
  /** A worker that lived this long was well, and is replaced without a pause. */
  workerWellMs: 60_000,
} as const;
