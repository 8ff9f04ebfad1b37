import { resolve } from 'node:path';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import { RolebookError } from '../../policy/errors.ts';
import type { JudgedEdits } from '../../review/changes/judge-edits.ts';
import { commitToBranch } from '../../store/committing/commit-to-branch.ts';
import { RefusedCommit } from '../../store/committing/refused-commit.ts';
import type { CommandIo } from '../command/command-io.ts';
import { replacementsOf } from './write-edited.ts';

/** The branch that a change is to stand on for a review, and its message. */
export interface Proposal {
  readonly branch: string;
  readonly message: string;
}

/** Commits files that were edited to a new branch; the folder stays as it is. The answer is the commit. */
export async function proposeEdited(
  io: CommandIo,
  policyFolder: string,
  before: readonly SourceFile[],
  judged: Pick<JudgedEdits, 'touched' | 'removed'>,
  proposal: Proposal,
): Promise<string> {
  try {
    const root = resolve(io.cwd, policyFolder);
    return await commitToBranch(root, replacementsOf(before, judged), { ...proposal, atMs: Date.now() });
  } catch (error) {
    if (!(error instanceof RefusedCommit)) throw error;
    const help = error.help === undefined ? {} : { help: error.help };
    throw new RolebookError('configuration', error.message, { ...help, cause: error });
  }
}
