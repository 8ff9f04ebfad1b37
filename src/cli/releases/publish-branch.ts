import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { RolebookError } from '../../policy/errors.ts';
import { formatPosition } from '../../policy/position.ts';
import { DatabaseConnection } from '../../store/database/connection/database-connection.ts';
import type { DatabaseUrl } from '../../store/database/database-url.ts';
import type { LookFailure, ReloadOutcome } from '../../store/live/policy-source.ts';
import type { BranchPublisher } from '../../store/database/publishing/branch-publisher.ts';
import { CommitAtFault } from '../../store/database/publishing/commit-refusal.ts';
import { outcomeOf, type CommitWriter } from '../../store/database/publishing/commit-writer.ts';
import { publishCommit } from '../../store/database/publishing/publish-commit.ts';
import type { RemoteAddress } from '../../store/remote/remote-address.ts';
import { exitCodes, printResult, say, type CommandIo } from '../command/command-io.ts';
import { databaseFromVariable } from '../command/database-variable.ts';
import { endProcess } from '../command/end-process.ts';
import { paintFor } from '../report/paint.ts';
import { printable } from '../report/printable.ts';
import { credentialsOf, mainBranch } from '../serve/git-options.ts';
import { inLifetime, type Lifetime } from '../../store/lifetime.ts';
import { openCloneFolder } from '../../store/remote/clone-folder.ts';
import { followBranch, openPublisher, prepareTables } from '../serve/publishing/open-publisher.ts';
import type { PublishOptions } from './publish-options.ts';
import { tellPublication, tellRefused } from './release-report.ts';

interface Surroundings {
  readonly options: PublishOptions;
  readonly io: CommandIo;
  readonly url: DatabaseUrl;
  readonly connection: DatabaseConnection;
}

/** `publish --git`: the newest commit of a branch, or with `--follow` each that comes. */
export async function publishBranch(options: PublishOptions, address: RemoteAddress, io: CommandIo): Promise<number> {
  const log = {
    error: (about: object | string, message = '') =>
      say(io, `${message}${typeof about === 'object' && 'reason' in about ? `: ${String(about.reason)}` : ''}`),
  };
  const exitCode = await inLifetime(log, (lifetime) => publishIn(lifetime, options, address, io));
  // A connection that hangs would keep the process.
  return options.follow === true && io.ownsProcess ? endProcess(exitCode) : exitCode;
}

async function publishIn(
  lifetime: Lifetime,
  options: PublishOptions,
  address: RemoteAddress,
  io: CommandIo,
): Promise<number> {
  const { ref = mainBranch, path: prefix = '', cache, requireSigned } = options;
  const url = options.database ?? databaseFromVariable(io);
  const folder =
    cache === undefined
      ? await temporaryFolder(lifetime)
      : await openCloneFolder(resolve(io.cwd, cache), address, lifetime);
  const signers = requireSigned === undefined ? undefined : resolve(io.cwd, requireSigned);
  const open = await openPublisher({ address, ref, prefix, credentials: credentialsOf(options, io), folder, signers });
  await prepareTables(url, io.cwd);
  const connection = new DatabaseConnection(url, io.cwd);
  lifetime.add('the database', () => connection.close());
  const surroundings = { options, io, url, connection };
  const read: Parameters<typeof open>[0]['read'] = (work) => connection.read(work);
  if (options.follow === true) {
    const publisher = open({ read, writer: followingWriter(surroundings) });
    return follow(publisher, surroundings, lifetime);
  }
  const { writer, tell } = writerOnce(surroundings);
  const publisher = open({ read, writer, endMemberships: options.endMemberships });
  lifetime.add('the publishing', () => publisher.close());
  return tell(await publisher.reload('start'), publisher);
}

async function temporaryFolder(lifetime: Lifetime): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rolebook-publish-'));
  lifetime.add('the clone', () => rm(folder, { recursive: true, force: true }));
  return join(folder, 'clone');
}

interface OnceWriter {
  readonly writer: CommitWriter;
  /** Says what came of it; the result is the exit code. */
  readonly tell: (outcome: ReloadOutcome, publisher: BranchPublisher) => Promise<number>;
}

/** Tells in full what becomes of one commit. */
function writerOnce({ options, io, url, connection }: Surroundings): OnceWriter {
  const { format } = options;
  let refusal: unknown;
  let isTold = false;
  const writer: CommitWriter = {
    publish: (found) =>
      outcomeOf(found, async () => {
        try {
          const outcome = await publishCommit(await connection.writer(), found);
          tellPublication(io, format, { url }, outcome);
          isTold = true;
          return outcome;
        } catch (error) {
          refusal = error;
          throw error;
        }
      }),
    close: () => Promise.resolve(),
  };
  const tell = async (
    { outcome, error = '', sourceFault }: ReloadOutcome,
    { commit, looks }: BranchPublisher,
  ): Promise<number> => {
    if (outcome !== 'failed') {
      if (!isTold) tellKnown(io, format, commit ?? '');
      return exitCodes.clean;
    }
    const { kind } = looks.lastFailure ?? { kind: 'unavailable' as const };
    if (!isOfCommit(kind))
      throw new RolebookError(sourceFault?.code ?? 'unavailable', error, { help: sourceFault?.help ?? '' });
    if (refusal instanceof CommitAtFault) tellFaults(io, format, refusal);
    if (!(await tellRefused(io, format, { url }, refusal)))
      say(io, `${paintFor(io, 'stderr').red('refused:')} ${printable(error)}`);
    return exitCodes.atFault;
  };
  return { writer, tell };
}

function tellKnown(io: CommandIo, format: 'text' | 'json', commit: string): void {
  const text = `unchanged: commit ${commit.slice(0, 12)} was published before`;
  printResult(io, format === 'json' ? JSON.stringify({ outcome: 'unchanged', commit }, undefined, 2) : text);
}

function tellFaults(io: CommandIo, format: 'text' | 'json', { found }: CommitAtFault): void {
  if (format === 'json') {
    printResult(io, JSON.stringify({ outcome: 'refused', problems: found.problems }, undefined, 2));
    return;
  }
  const errors = found.problems.filter(({ severity }) => severity === 'error');
  for (const problem of errors) {
    say(io, printable(`${formatPosition(problem)}: ${problem.message} [${problem.code}]`));
  }
}

/** Tells each commit that is published in the way of `publish`. */
function followingWriter({ options, io, url, connection }: Surroundings): CommitWriter {
  return {
    publish: (found) =>
      outcomeOf(found, async () => {
        const outcome = await publishCommit(await connection.writer(), found);
        tellPublication(io, options.format === 'json' ? 'lines' : 'text', { url }, outcome);
        return outcome;
      }),
    close: () => Promise.resolve(),
  };
}

async function follow(publisher: BranchPublisher, { options, io }: Surroundings, lifetime: Lifetime): Promise<number> {
  const hasStopped = new Promise<void>((stop) => {
    // A second one ends the process at once.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop());
  });
  // What looks again and again keeps no process.
  const alive = setInterval(() => undefined, 60_000);
  lifetime.add('the waiting', () => clearInterval(alive));
  tellLooks(publisher, io);
  const { url, ref } = publisher.branch;
  say(io, `publishes ${ref} of ${url} as its commits come`);
  let following: ReturnType<typeof followBranch> | undefined;
  lifetime.add('the publishing', () => Promise.all([following?.close(), publisher.close()]));
  const first = publisher.reload('start').then(() => {
    following = followBranch(publisher, options.poll);
  });
  await Promise.race([first.then(() => hasStopped), hasStopped]);
  return exitCodes.clean;
}

/** Says in one line why nothing is published, once for each reason, and when that is over. */
function tellLooks(publisher: BranchPublisher, io: CommandIo): void {
  const paint = paintFor(io, 'stderr');
  let hasFailed = false;
  publisher.onReload(({ outcome, error = '' }) => {
    if (outcome === 'failed') {
      const kind = publisher.looks.lastFailure?.kind ?? 'unavailable';
      say(io, `${paint.red(isOfCommit(kind) ? 'refused:' : 'failed:')} ${printable(error)}`);
    } else if (hasFailed) say(io, 'well again');
    hasFailed = outcome === 'failed';
  });
}

/** Whether another commit mends it, or what is in the database; nothing else does. */
function isOfCommit(kind: LookFailure['kind']): boolean {
  return kind === 'problems' || kind === 'refused' || kind === 'untrusted';
}
