/** The limits of a database, of its cache, and of the fleet that follows it. */
export const databaseLimits = {
  /** Connections of one process to PostgreSQL: one reads while another writes, and a fleet has many processes. */
  databaseConnections: 3,
  /** Until a database has answered for the first time; a sidecar that starts waits no longer for one that is down. */
  databaseConnectMs: 5000,
  /** One statement; the slowest, some thousand rows, takes a hundredth of it. */
  databaseStatementMs: 30_000,
  /** How long a publisher stands in the queue before it looks whether the server is still there. */
  databaseTurnMs: 10_000,
  /** How long a publisher waits for others in all. */
  databaseQueueMs: 120_000,
  /** How long a change of a membership waits for others: somebody sits before a settings page. */
  memberChangeQueueMs: 10_000,
  /** How often to look for another release: PostgreSQL tells of it, SQLite does not. */
  databasePollMs: { postgres: 2000, sqlite: 500 },
  /** Before a lost connection for news is made again; doubled each time that fails, up to what still is soon after it is back. */
  databasePauseMs: { first: 250, longest: 5000 },
  /** Changes read one by one; who missed more reads all memberships again, which by then is faster. */
  databaseChangesAtOnce: 20_000,
  /** How long the answer to a request with an idempotency key is kept: longer than anybody tries again. */
  idempotencyKeyMs: 24 * 60 * 60 * 1000,
  /** Of the secret that signs the cache; shorter ones can be guessed by whoever gets hold of a file. */
  cacheKeyCharacters: 32,
  /** Between two writings of the cache; what changes meanwhile is written together. */
  cachePauseMs: 250,
  /** How often the cache is told that the database still says the same: a sidecar that starts from it knows its age. */
  cacheBeatMs: 5000,
  /** How many times in a row, a beat apart, its lock is found untouched before whoever held it counts as gone. */
  cacheQuietLooks: 3,
  /** Whoever heard nothing from the database for this long leaves the cache to one that does. */
  cacheSilenceMs: 15_000,
  /** Changes kept beside a policy; with more it is written whole again, so that each writing stays short. */
  cacheChanges: 2000,
  /** How often a sidecar says in the database that it is there. */
  heartbeatMs: 2000,
  /** How often it tries to where the database refuses it: a server that refuses writes each refusal down. */
  refusedHeartbeatMs: 10_000,
  /** A sidecar that said nothing for this long is lost: it missed seven times. */
  heartbeatSilenceMs: 15_000,
  /** A lost sidecar is listed for this long, so that somebody sees which one it was. */
  heartbeatKeptMs: 24 * 60 * 60 * 1000,
  /** Rows written by one statement; PostgreSQL takes 65,535 values in one, SQLite 32,766. */
  databaseRowsAtOnce: 1000,
} as const;
