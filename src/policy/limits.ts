import { budgetLimits } from './limits/budget-limits.ts';
import { databaseLimits } from './limits/database-limits.ts';
import { workerLimits } from './limits/worker-limits.ts';

/** Every limit, with its reason. Sizes are in bytes unless the name says otherwise. */
export const limits = {
  /** A workspace of 40,000 members fits; parsing a file this large takes half a second, not minutes. */
  fileBytes: 4 * 1024 * 1024,
  /** Milliseconds that a thread has for a file of that size; after that it is parsed where it is compiled. */
  yamlThreadMs: 10_000,
  /** Every problem of a file up to this size is told; of a larger one the first that breaks its schema. */
  fullReportBytes: 256 * 1024,
  /** Problems of each weight that are told of one file: more are mended by mending what they have in common. */
  fileProblems: 1000,
  /** The same of a policy, which may be ten thousand files. */
  policyProblems: 10_000,
  /** Problems that a sidecar tells of a reload: in its log, over HTTP, to its workers. Whoever mends them runs `lint`. */
  toldProblems: 100,
  /** A problem's message, and its help: longer ones name hundreds of things. */
  problemCharacters: 2000,
  /** Names that those which a file misspells are compared with, in all; it takes a hundredth of a second. */
  suggestionComparisons: 100_000,
  /** Sets of roles that a search for a way to more looks at; where rules refuse most steps, there could be no end. */
  escalationStates: 1000,
  /** Told of one file; who finds so many has understood, and the next run tells the rest. */
  hiddenCharacters: 20,
  /** The same of merge conflicts. */
  mergeConflicts: 20,
  /** The deepest legal file has seven levels, test resources a few more; recursion stays far from the stack's end. */
  fileDepth: 20,
  /** More than twice the largest fleet we measured; beyond it somebody pointed `--policy` at the wrong folder. */
  policyFiles: 50_000,
  /** Names below `policies/`, of whatever else lies there too; a commit can hold more of them than anybody could read. */
  policyNames: 1_000_000,
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
  /** Combinations double with each scope that has a `when`: six make 63 cells a permission. */
  conditionalScopes: 6,
  /** Roles that extend one another; a longer chain nobody can follow by hand, and it would come near the stack's end. */
  roleChain: 100,
  /** `resource.a.b.c`: what a scope may look up. */
  pathSegments: 8,
  /** Names of customers' roles that an editor proposes; of more of them most are of somebody else's. */
  proposedRoles: 500,
  /** A review for `--review`: 6,000 findings. It is parsed in one turn, and then checked in one, each of 30 ms. */
  reviewFileBytes: 4 * 1024 * 1024,
  /** Findings of a page of a review, unless somebody asks for fewer. */
  listedFindings: 500,
  /** Findings that `waive` accepts; whoever has more of them does not mend any. */
  waivers: 1000,
  /** Of one number; a double that needs more digits is nothing that anybody counts or calls by number. */
  numberDigits: 100,
  /** One enforce request; an application sends ids and a few attributes, not documents. */
  requestBodyBytes: 64 * 1024,
  /** One batch; a thousand requests of a kilobyte each. */
  batchBodyBytes: 1024 * 1024,
  batchRequests: 1000,
  /** Commas, colons and brackets of a batch: sixty a request. As many small objects would hold up others while they are read. */
  batchParts: 64_000,
  /** Pieces in which a body may come. What sends a megabyte in more of them sends single bytes, and each costs as much. */
  bodyPieces: 4096,
  /** A body that has come this far is small: it gets the room that is kept for such, so large ones never take it all. */
  smallBodyBytes: 8 * 1024,
  /** All bodies that have come in part, or wait for their answer, in one process: thirty-two of the largest. */
  bodiesBytes: 32 * 1024 * 1024,
  /** Of that, what only small bodies get: a thousand of them at once. */
  keptForSmallBodiesBytes: 8 * 1024 * 1024,
  /** Members of an object in a request; the largest that means something has seven. */
  objectMembers: 16,
  /** Roles of one member at one place; beyond it somebody wants another role, or a loop went wrong. */
  rolesOfMember: 64,
  /** What ends within so many days ends soon: time enough to ask who decides whether it goes on. */
  endingSoonDays: 30,
  /** What a git server may say of a push, how many of its words are remembered, and the least of its secret. */
  hook: { bodyBytes: 1024 * 1024, deliveries: 1000, secretCharacters: 16 },
  /** How long a repository elsewhere may take to send a commit. */
  gitFetchMs: 120_000,
  /** How long it may take to say what its branch names, or to take a commit; a change asks both. */
  gitChangeMs: 12_000,
  /** How often such a repository is looked at, unless somebody says it. */
  gitPollMs: 30_000,
  mostPollMs: 3_600_000,
  /** How often one look begins anew because somebody else has published meanwhile. */
  publishTurns: 8,
  /** When a commit that a database refused is tried again although nothing changed there: memberships end by themselves. */
  refusedAgainMs: 300_000,
  /** How long the link to try the pages out lets somebody in, and how long whoever it let in stays so. */
  oneTimeTokenMs: 600_000,
  sessionMs: 8 * 3_600_000,
  /** Signing in at a provider: how long it may take, what is kept of where to come back to, how many come back at once; lines of a session key file; the sealed hint for signing out, which with the session's cookie stays below the 4,096 bytes that nginx takes of the head of an answer. */
  signIn: { withinMs: 600_000, pathCharacters: 1000, atOnce: 64, keys: 16, hintCharacters: 2560 },
  /** A provider: how long it may take to answer and how much it may say; when one that was silent is asked again, by who signs in or by itself, and one that is known; how far its clock may be off. */
  provider: { timeoutMs: 8_000, bytes: 1_048_576, againMs: 3_000, watchMs: 30_000, knownMs: 3_600_000, clockS: 30 },
  /** The body of a change over HTTP: a group of thousands fits. */
  changeBodyBytes: 1024 * 1024,
  editsOfChange: 100,
  /** Grants of a role in one edit. */
  wordsOfEdit: 1000,
  /** Those who are put into a place as it is made. */
  firstMembers: 1000,
  groupSubjects: 10_000,
  titleCharacters: 120,
  descriptionCharacters: 500,
  /** How long a change may take to be judged, written and live. */
  changeMs: 30_000,
  listedChanges: 100,
  /** Where a page of changes ends: each may have as many edits as one request holds, and a page is to be told in one turn. */
  listedChangesBytes: 1_048_576,
  /** Changes that are looked at for one page of what an actor may know of: whoever may know of few asks again. */
  scannedChanges: 2000,
  /** Roles that one reason names; of the others it tells how many they are. Nobody reads more. */
  toldRoles: 20,
  /** Names that are looked at for one that was meant: each takes a microsecond, and a catalog may have fifty thousand. */
  suggestionNames: 2000,
  /** The same where a caller may ask a thousand times at once. */
  askedSuggestionNames: 500,
  /** Why a role was given, in a sentence or two. */
  reasonCharacters: 500,
  /** As long as the draft of the header allows. */
  idempotencyKeyCharacters: 255,
  /** Members listed at once, and how many when nobody says. */
  listedMembers: 1000,
  listedMembersByDefault: 100,
  /** Roles or permissions listed at once, also when nobody says: nearly every product has fewer. */
  listedNames: 1000,
  /** A page of a listing ends here, however many it was asked for; roles with long lists of grants fill it early. */
  pageBytes: 1024 * 1024,
  /** The largest answer; beyond it something is wrong with the question. */
  answerBytes: 8 * 1024 * 1024,
  /** An answer up to this size fits into what the system buffers for a connection, so it is taken at once. */
  smallAnswerBytes: 64 * 1024,
  /** All answers of one process that their callers have not read yet: eight of the largest. */
  unreadAnswersBytes: 64 * 1024 * 1024,
  /** Of that, what only small answers get. */
  keptForSmallAnswersBytes: 16 * 1024 * 1024,
  /** A caller that reads nothing of its answer for this long is cut off. */
  unreadAnswerMs: 10_000,
  /** And one that has not read all of it by then, however it goes on: a trickle would keep the memory as well. */
  answerReadMs: 60_000,
  /** Requests of one connection that wait for the answer to an earlier one. Clients that send ahead send a few. */
  pipelinedRequests: 128,
  /** How long a long answer is worked at before others have their turn: shorter than anybody notices. */
  answerSliceMs: 1,
  /** A batch of this size is answered at once; a larger one may have to wait for others that are long. */
  shortBatchBytes: 8 * 1024,
  /** Members among which a page is found at once. */
  shortListingMembers: 5000,
  /** Long answers that one process works at, or that wait for that. */
  longAnswers: 128,
  /** Of those, how many are begun: what they have read and written stays in memory until they are done. */
  begunAnswers: 4,
  /** How long a request that names a `minRevision` waits for it; callers give up a little later. */
  minRevisionWaitMs: 5000,
  /** Tokens of a database's history in memory, a hundred bytes each; older ones are looked up. Nobody asks for many. */
  knownTokens: 10_000,
  /** Revisions of files that were live, so that who was told one is not refused: some weeks of edits. */
  rememberedRevisions: 1000,
  /** Commits before the live one that a `minRevision` may name; who was told an older one has long seen a newer. */
  rememberedCommits: 10_000,
  /** How long whoever asks for a reload, or for the fleet, waits for a source that may hang. The reload goes on. */
  sourceAnswerMs: 10_000,
  /** How long a database or a sidecar may take to say which revisions a shell could offer: somebody sits before it. */
  completionAnswerMs: 1000,
  /** How long the end of a connection is waited for. */
  databaseCloseMs: 1000,
  /** How long the answer to a change of a membership may take; a caller that waits longer has given up. */
  memberChangeMs: 15_000,
  /**
   * Characters of the reasons kept to be told again, and as many of the answers made of them. A bound on their number
   * would not do: where many roles allow something, one reason names them all.
   */
  rememberedCharacters: 4 * 1024 * 1024,
  /** Nesting of a request body; JSON.parse itself would go to ten thousand. */
  requestDepth: 32,
  /** Values in the attributes of a question asked in process: as many as a body over HTTP has room for. */
  questionValues: 10_000,
  /** A client that sends its request slower than this is cut off, so it cannot hold a connection for ever. */
  requestTimeoutMs: 10_000,
  /** Idle connections are kept longer than common load balancers keep theirs, so neither side races the other. */
  keepAliveTimeoutMs: 75_000,
  /** Connections of one process; an idle one takes some fifteen kilobytes. Applications keep a hundred, not thousands. */
  connections: 4096,
  /** Even where the system allows hardly any open files, somebody has to be answered. */
  connectionsLeast: 16,
  /** Of these, a quarter at most, for admin calls and who is told that all are taken: as many as the system queues. */
  connectionsSpare: 512,
  /** Accepted, and on their way to a worker: more than come while a message is under way. */
  connectionsWaiting: 512,
  /** How often connections are looked at: an application that asks twice a second counts as one that uses its connection. */
  connectionsLookMs: 250,
  /**
   * What a process may open and callers cannot take: Node itself needs some twenty, a reading of files 32, git and
   * a database ten each, logs, watches and workers a few. The least is that; the most is plenty. In between, a quarter.
   */
  reservedDescriptors: { least: 96, most: 256 },
  /** How long a stopping sidecar waits for requests in flight. */
  drainTimeoutMs: 10_000,
  /** How long the end waits for something to be closed, beside what it still has to do; a disk or a server may hang. */
  closeMs: 1500,
  /** The same for the cache, which is written whole, if need be. */
  cacheCloseMs: 4000,
  /** How long it then waits for whoever reads its log or decision log: one that reads at all takes less. */
  logDrainMs: 2000,
  /** From the signal to the end, whatever stands still; supervisors that are in a hurry wait half a minute. */
  stopMs: 15_000,
  /** The last part of it: a thread that hangs in the system keeps a process from exiting, which is then killed. */
  stuckExitMs: 1000,
  /** Shorter bearer tokens can be guessed. */
  tokenCharacters: 16,
  /** Tokens in one file; each call with a token is compared with every one of them. */
  tokens: 1000,
  /** Refused admin calls of nobody known that are told each second; whoever sends more of them fills no disk. */
  refusedCallLines: 10,
  /** Of each text of a caller that stands in an audit line; the longest subject id fits. */
  auditedCharacters: 256,
  /** Decisions waiting to be written to the decision log; beyond it lines are dropped and counted. */
  decisionLogPending: 65_536,
  /** The same in memory; as many ordinary lines take half of it, and ids may be long. */
  decisionLogPendingBytes: 32 * 1024 * 1024,
  /** A value of an attribute in a line of it, and of a list of them how many; ids and addresses are shorter, and texts are no business of a log. */
  loggedAttributeCharacters: 256,
  loggedAttributeValues: 16,
  /** One line of it as it is read; the longest that is written has a third of that. */
  decisionLineCharacters: 65_536,
  /** DuckDB while it counts decisions, which has most of the process' memory; each thread reads a part of a file, and keeps some of it. */
  counting: { bytes: 256 * 1024 * 1024, threads: 4 },
  /** Answers that wait to be compared, a question's values; a turn and the pause after it: four hundredths of the time; how often a ref here is looked at. */
  shadow: { waiting: 8192, bytes: 16 * 1024 * 1024, values: 2000, sliceMs: 2, pauseMs: 48, closeMs: 50, pollMs: 5000 },
  /** A replay: kinds of differences told apart, people counted in all of them, revisions; a line before the one before by more is out of order. */
  replay: { groups: 2000, subjects: 500_000, revisions: 10_000, disorderMs: 60_000 },
  /** Lines of the log that wait for whoever reads it; some thousands of them. */
  logPendingBytes: 1024 * 1024,
  /** `--max-staleness`: the source is asked every few seconds, and may take a while to answer; a timer of Node.js counts no further than 24 days. */
  stalenessMs: { least: 5000, most: 7 * 24 * 60 * 60 * 1000 },
  /** How far back a clock may go that is only kept right; time stands still for that long. */
  clockSlackMs: 1000,
  /** How often the clock is looked at: so much time may be lost when it is set back, and nothing of it when it is not. */
  clockLookMs: 1000,
  ...budgetLimits,
  ...workerLimits,
  ...databaseLimits,
} as const;
