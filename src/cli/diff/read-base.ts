import type { SourceFile } from '../../compile/file/policy-files.ts';
import type { RuntimeMember } from '../../policy/runtime-member.ts';
import type { ReturningMember } from '../../review/members/runtime-moves.ts';
import { findGitBase } from '../../store/git/git-base.ts';
import { readPolicyAt } from '../../store/git/git-policy-files.ts';
import { earlierCommits, type GitRepository } from '../../store/git/git-repository.ts';
import type { CommandIo } from '../command/command-io.ts';

/** A state to compare with, and its files as they are there. */
export interface BaseReading {
  /** Undefined: a release that was published outside a repository. */
  readonly commit: string | undefined;
  /** The revision of what was published, when it is that. */
  readonly published?: string;
  readonly how: string;
  /** Earlier states, newest first, to stand in for one that does not compile. */
  readonly earlier: () => Promise<readonly string[]>;
  readonly readAt: (commit: string) => Promise<readonly SourceFile[] | undefined>;
  readonly files: readonly SourceFile[] | undefined;
  /** Who holds what at run time; git knows of no members but those in its files. */
  readonly members: readonly RuntimeMember[];
  /** Who gets back at run time what publications took that are to be undone. */
  readonly returning?: readonly ReturningMember[];
}

// A policy that is broken for longer than this is nothing to compare with.
const mostStandIns = 20;

/**
 * Finds and reads the base in git; the very objects of `known` where a file is the same there. Throws when there is no
 * repository, no such commit, or no git.
 */
export async function readBase(
  io: CommandIo,
  opening: Promise<GitRepository>,
  ref: string | undefined,
  known: Promise<readonly SourceFile[]>,
): Promise<BaseReading> {
  const repository = await opening;
  const { commit, how } = await findGitBase(repository, ref, io.env);
  return {
    commit,
    how,
    earlier: () => earlierCommits(repository, commit, mostStandIns),
    readAt: (earlier) => readPolicyAt(repository, earlier),
    files: await readPolicyAt(repository, commit, known),
    members: [],
  };
}
