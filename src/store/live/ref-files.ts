import type { SourceFile } from '../../compile/file/policy-files.ts';
import { RolebookError } from '../../policy/errors.ts';
import type { ChangedPaths } from '../folder/changed-paths.ts';
import { withObjects } from '../git/git-objects.ts';
import { readPolicyAt, shareUnchanged } from '../git/git-policy-files.ts';
import { openGitRepository, resolveCommit, type GitRepository } from '../git/git-repository.ts';
import type { CommitTeller, FilesReader } from './files-reader.ts';

/** The files that a ref of the repository of a folder holds: a branch, a tag, a commit; nothing is checked out. */
export class RefFiles implements FilesReader {
  readonly root = '';
  readonly #folder: string;
  readonly #ref: string;
  #files: readonly SourceFile[] = [];
  #commit: string | undefined;

  /** `folder` is the policy directory whose repository it is; the ref holds the policy at the same place. */
  constructor(folder: string, ref: string) {
    this.#folder = folder;
    this.#ref = ref;
  }

  readonly commits: CommitTeller = {
    read: (files) => Promise.resolve(files === this.#files ? this.#commit : undefined),
    listHistory: (commit) => Promise.resolve([commit]),
    mayHaveMoved: () => Promise.resolve(false),
  };

  async read(): Promise<readonly SourceFile[]> {
    const repository = await this.#open();
    const commit = await this.#resolve(repository);
    if (commit === this.#commit) return this.#files;
    const found = await readPolicyAt(repository, commit, Promise.resolve(this.#files));
    if (found === undefined) {
      const where = repository.prefix === '' ? 'at its top' : `below \`${repository.prefix}\``;
      throw new RolebookError('unavailable', `\`${this.#ref}\` has no \`roles.yaml\` ${where}`);
    }
    this.#files = shareUnchanged(found, this.#files);
    this.#commit = commit;
    return this.#files;
  }

  async findChanged(): Promise<ChangedPaths> {
    return (await this.#resolve(await this.#open())) === this.#commit ? new Set() : 'anything';
  }

  // Anew each time: the folder may come later, and be another one by then.
  #open(): Promise<GitRepository> {
    return openGitRepository(this.#folder, this.#folder);
  }

  async #resolve(repository: GitRepository): Promise<string> {
    const commit = await withObjects(repository, (objects) => resolveCommit(objects, this.#ref));
    if (commit !== undefined) return commit;
    throw new RolebookError('unavailable', `there is no commit \`${this.#ref}\``, {
      help: '`git branch --all` lists what there is',
    });
  }
}
