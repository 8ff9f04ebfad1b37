/** Every limit, with its reason. Sizes are in bytes unless the name says otherwise. */
export const limits = {
  /** A workspace of 40,000 members fits; parsing a file this large takes half a second, not minutes. */
  fileBytes: 4 * 1024 * 1024,
  /** Every problem of a file up to this size is told; of a larger one the first that breaks its schema. */
  fullReportBytes: 256 * 1024,
  /** Told of one file; who finds so many has understood, and the next run tells the rest. */
  hiddenCharacters: 20,
  /** The deepest legal file has seven levels, test resources a few more; recursion stays far from the stack's end. */
  fileDepth: 20,
  /** More than twice the largest fleet we measured; beyond it somebody pointed `--policy` at the wrong folder. */
  policyFiles: 50_000,
  /** Folders below `policies/`; a symbolic link that leads back up ends here. */
  directoryDepth: 16,
  /** Organization, workspace, role, scope and subject type ids; they stand in URLs, logs and Casbin rows. */
  idCharacters: 64,
  /** `resource:action`. */
  permissionCharacters: 128,
  /** Room for a URI or an e-mail address (254); longer ones are mistakes or attacks. */
  subjectIdCharacters: 256,
  /** Ids of other letters than ASCII that need not be judged again; a megabyte at most. */
  readableIds: 2000,
  /** Combinations double with each scope that has a `when`: four make fifteen cells a permission. */
  conditionalScopes: 4,
  /** Roles that extend one another; a longer chain nobody can follow by hand, and it would come near the stack's end. */
  roleChain: 100,
  /** `resource.a.b.c`: what a scope may look up. */
  pathSegments: 8,
  /** One enforce request; an application sends ids and a few attributes, not documents. */
  requestBodyBytes: 64 * 1024,
  /** One batch; a thousand requests of a kilobyte each. */
  batchBodyBytes: 1024 * 1024,
  batchRequests: 1000,
  /** Members of an object in a request; the largest that means something has seven. */
  objectMembers: 16,
  /** Roles of one member at one place; beyond it somebody wants another role, or a loop went wrong. */
  rolesOfMember: 64,
  /** Why a role was given, in a sentence or two. */
  reasonCharacters: 500,
  /** As long as the draft of the header allows. */
  idempotencyKeyCharacters: 255,
  /** Members listed at once, and how many when nobody says. */
  listedMembers: 1000,
  listedMembersByDefault: 100,
  /** How long a request that names a `minRevision` waits for it; callers give up a little later. */
  minRevisionWaitMs: 5000,
  /** How long the answer to a change of a membership may take; a caller that waits longer has given up. */
  memberChangeMs: 15_000,
  /**
   * Characters of the reasons kept to be told again, and as many of the answers made of them. A bound on their number
   * would not do: where many roles allow something, one reason names them all.
   */
  rememberedCharacters: 4 * 1024 * 1024,
  /** Nesting of a request body; JSON.parse itself would go to ten thousand. */
  requestDepth: 32,
  /** A client that sends its request slower than this is cut off, so it cannot hold a connection for ever. */
  requestTimeoutMs: 10_000,
  /** Idle connections are kept longer than common load balancers keep theirs, so neither side races the other. */
  keepAliveTimeoutMs: 75_000,
  /** How long a stopping sidecar waits for requests in flight. */
  drainTimeoutMs: 10_000,
  /** Shorter bearer tokens can be guessed. */
  tokenCharacters: 16,
  /** Decisions waiting to be written to the decision log; beyond it lines are dropped and counted. */
  decisionLogPending: 65_536,
  /** Worker processes; each holds the whole policy, and we know no machine that is better off with more. */
  workers: 64,
  /** What a worker is given at once; taking it must not take longer than a slice of compilation. */
  workerMessageBytes: 1024 * 1024,
  /** A worker at work says so all the time; one that is silent for this long hangs, and is killed and replaced. */
  workerSilenceMs: 10_000,
  /** How long a worker may take to say what it measured; Prometheus itself waits ten seconds by default. */
  workerMetricsMs: 2000,
  /** Before a worker that ended soon after its start is started again; doubled each time, so a broken one eats no CPU. */
  workerFirstPauseMs: 250,
  /** The longest such pause: what was wrong may be mended, and then the worker should be back soon. */
  workerLongestPauseMs: 15_000,
  /** A worker that lived this long was well, and is replaced without a pause. */
  workerWellMs: 60_000,
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
  /** Before a lost connection for news is made again; doubled each time that fails. */
  databaseFirstPauseMs: 250,
  /** The longest such pause: when the database is back, news should be at once again soon. */
  databaseLongestPauseMs: 5000,
  /** Changes read one by one; who missed more reads all memberships again, which by then is faster. */
  databaseChangesAtOnce: 20_000,
  /** How long the answer to a request with an idempotency key is kept: longer than anybody tries again. */
  idempotencyKeyMs: 24 * 60 * 60 * 1000,
  /** Between two writings of the cache; what changes meanwhile is written together. */
  cachePauseMs: 250,
  /** How often the cache is told that the database still says the same: a sidecar that starts from it knows its age. */
  cacheBeatMs: 5000,
  /** Whoever keeps a cache for several and says nothing for this long is gone or cut off, and another does it. */
  cacheSilenceMs: 15_000,
  /** Changes kept beside a policy; with more it is written whole again, so that each writing stays short. */
  cacheChanges: 2000,
  /** The shortest `--max-staleness`: the source is asked every few seconds, and may take a while to answer. */
  stalenessLeastMs: 5000,
  /** The longest; a timer of Node.js counts no further than 24 days. */
  stalenessMostMs: 7 * 24 * 60 * 60 * 1000,
  /** How often a sidecar says in the database that it is there. */
  heartbeatMs: 2000,
  /** A sidecar that said nothing for this long is lost: it missed seven times. */
  heartbeatSilenceMs: 15_000,
  /** A lost sidecar is listed for this long, so that somebody sees which one it was. */
  heartbeatKeptMs: 24 * 60 * 60 * 1000,
  /** Rows written by one statement; PostgreSQL takes 65,535 values in one, SQLite 32,766. */
  databaseRowsAtOnce: 1000,
} as const;
