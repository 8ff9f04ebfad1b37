import { resolve } from 'node:path';
import type { PolicyCompiler } from '../compile/compile-policy.ts';
import type { SourceFile } from '../compile/source-file.ts';
import type { Problem } from '../policy/problem.ts';
import type { PolicySide } from '../review/diff/policy-difference.ts';
import { findGitBase } from '../store/git-base.ts';
import { readPolicyAt, shareUnchanged } from '../store/git-policy-files.ts';
import { earlierCommits, openGitRepository } from '../store/git-repository.ts';
import type { CommandIo } from './command-io.ts';
import { compileWithBar, type PolicyReading } from './load-policy.ts';

/** What the files are compared with. */
export interface DiffBase {
  /** Undefined: a release that was published outside a repository. */
  readonly commit: string | undefined;
  /** The revision of what was published, when it is that. */
  readonly published?: string;
  /** How it was found: the merge base with `origin/main`. */
  readonly how: string;
  /** Undefined: it holds no policy, or none that compiles. */
  readonly side: PolicySide | undefined;
  /** Why its policy does not compile; empty when it does, or when there is none. */
  readonly problems: readonly Problem[];
  /** The newest commit before it whose policy compiles, when that of `commit` does not; it is compared with instead. */
  readonly standIn: string | undefined;
}

/** What to compare with, and its files as they are there. */
export interface BaseReading extends Pick<DiffBase, 'commit' | 'published' | 'how'> {
  /** Earlier states, newest first, to stand in for one that does not compile. */
  readonly earlier: () => Promise<readonly string[]>;
  readonly readAt: (commit: string) => Promise<readonly SourceFile[] | undefined>;
  readonly files: readonly SourceFile[] | undefined;
}

/** Finds and reads the base. Throws when there is no repository, no such commit, or no git. */
export async function readBase(io: CommandIo, policyFolder: string, ref: string | undefined): Promise<BaseReading> {
  const repository = await openGitRepository(resolve(io.cwd, policyFolder), policyFolder);
  const { commit, how } = await findGitBase(repository, ref, io.env);
  return {
    commit,
    how,
    earlier: () => earlierCommits(repository, commit, mostStandIns),
    readAt: (earlier) => readPolicyAt(repository, earlier),
    files: await readPolicyAt(repository, commit),
  };
}

// A policy that is broken for longer than this is nothing to compare with.
const mostStandIns = 20;

/** Compiles the base, with the compiler that compiled the files, so that what has not changed is compiled once. */
export async function compileBase(
  io: CommandIo,
  reading: BaseReading,
  now: PolicyReading,
  compiler: PolicyCompiler,
  nowMs: number,
): Promise<DiffBase> {
  const { commit, published, how, files } = reading;
  const found = { commit, ...(published === undefined ? {} : { published }), how, standIn: undefined };
  if (!files) return { ...found, side: undefined, problems: [] };
  const compile = (some: readonly SourceFile[]): { side: PolicySide | undefined; problems: readonly Problem[] } => {
    const shared = shareUnchanged(some, now.files);
    const { policy, problems } = compileWithBar(compiler, shared, nowMs, io);
    return { side: policy && { policy, files: shared }, problems };
  };
  const { side, problems } = compile(files);
  if (side) return { ...found, side, problems: [] };
  const errors = problems.filter(({ severity }) => severity === 'error');
  // The sidecar keeps the last good policy live while a newer one is broken, so that is what people have.
  for (const earlier of await reading.earlier()) {
    const older = await reading.readAt(earlier);
    const sound = older && compile(older).side;
    if (sound) return { ...found, side: sound, problems: errors, standIn: earlier };
  }
  return { ...found, side: undefined, problems: errors };
}
