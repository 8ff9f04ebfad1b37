import { resolve } from 'node:path';
import type { SourceFile } from '../compile/source-file.ts';
import { findGitBase } from '../store/git-base.ts';
import { readPolicyAt } from '../store/git-policy-files.ts';
import { openGitRepository, type GitRepository } from '../store/git-repository.ts';
import type { CommandIo } from './command-io.ts';

/** The commit to compare with, and its files as they are in git. */
export interface BaseReading {
  readonly repository: GitRepository;
  readonly commit: string;
  readonly how: string;
  readonly files: readonly SourceFile[] | undefined;
}

/** Finds and reads the base. Throws when there is no repository, no such commit, or no git. */
export async function readBase(io: CommandIo, policyFolder: string, ref: string | undefined): Promise<BaseReading> {
  const repository = await openGitRepository(resolve(io.cwd, policyFolder), policyFolder);
  const { commit, how } = await findGitBase(repository, ref, io.env);
  return { repository, commit, how, files: await readPolicyAt(repository, commit) };
}
