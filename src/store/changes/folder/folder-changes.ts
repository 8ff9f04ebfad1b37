import { PolicyDirectory } from '../../folder/policy-directory.ts';
import type { ChangeKeeper, ChangeWriting } from './change-keeper.ts';
import { KeeperChanges, type KeeperChangesOptions } from './keeper-changes.ts';
import { KeptInFiles } from './kept-in-files.ts';
import { KeptInGit } from './kept-in-git.ts';

export interface FolderChangesOptions extends KeeperChangesOptions {
  readonly writing?: ChangeWriting;
}

/** Changes of a policy directory. */
export class FolderChanges extends KeeperChanges {
  constructor(root: string, options: FolderChangesOptions = {}) {
    super(keeperOf(new PolicyDirectory(root, 'in-one-turn'), options.writing), options);
  }
}

function keeperOf(directory: PolicyDirectory, writing: ChangeWriting = { kind: 'files' }): ChangeKeeper {
  return writing.kind === 'commit' ? new KeptInGit(directory, writing) : new KeptInFiles(directory);
}
