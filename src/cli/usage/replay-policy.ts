import { resolve } from 'node:path';
import { PolicyCompiler } from '../../compile/compile-policy.ts';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import { RolebookError } from '../../policy/errors.ts';
import { findGitBase } from '../../store/git/git-base.ts';
import { readPolicyAt } from '../../store/git/git-policy-files.ts';
import { openGitRepository } from '../../store/git/git-repository.ts';
import { parseRemoteRef } from '../../store/remote/remote-address.ts';
import type { CommandIo } from '../command/command-io.ts';
import { readRemoteBase } from '../diff/diff-git.ts';
import { compileWithBar, describeReading, type PolicyReading } from '../load/load-policy.ts';
import { readFiles } from '../load/read-files.ts';
import type { GitOptions } from '../serve/git-options.ts';

/** The policy that decides again: the files of a folder, those of a ref of its repository, or those of a branch elsewhere. */
export interface ReplayedPolicy extends Omit<GitOptions, 'ref'> {
  readonly policy: string;
  /** As written. */
  readonly ref?: string;
}

/** Reads and compiles it. Mistakes inside the files are problems of the reading. */
export async function readReplayedPolicy(
  io: CommandIo,
  options: ReplayedPolicy,
  nowMs: number,
): Promise<PolicyReading & { readonly from: string | undefined }> {
  const { files, from } = await findFiles(io, options);
  const compiled = compileWithBar(new PolicyCompiler(), files, nowMs, io);
  return { ...describeReading(compiled, files, from === undefined ? options.policy : '.'), from };
}

async function findFiles(
  io: CommandIo,
  options: ReplayedPolicy,
): Promise<{ readonly files: readonly SourceFile[]; readonly from: string | undefined }> {
  const { policy, ref, git } = options;
  if (git !== undefined) {
    const full = ref === undefined ? {} : { ref: parseRemoteRef(ref, '--ref') };
    const { files, how } = await readRemoteBase(io, { ...options, ...full, git }, Promise.resolve([]));
    return { files: requireFiles(files, how), from: how };
  }
  if (ref === undefined) return { files: await readFiles(io, policy, 'deciding'), from: undefined };
  const repository = await openGitRepository(resolve(io.cwd, policy), policy);
  const { commit, how } = await findGitBase(repository, ref, io.env);
  return { files: requireFiles(await readPolicyAt(repository, commit), how), from: how };
}

function requireFiles(files: readonly SourceFile[] | undefined, how: string): readonly SourceFile[] {
  if (files !== undefined) return files;
  throw new RolebookError('configuration', `there is no \`roles.yaml\` at ${how}`);
}
