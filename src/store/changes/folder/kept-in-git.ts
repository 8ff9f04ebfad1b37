import { randomBytes } from 'node:crypto';
import { classifyPath, type SourceFile } from '../../../compile/file/policy-files.ts';
import { readDifferences } from '../../committing/commit-log.ts';
import { CommitPlace, readCheckedOut, readTip, requireCommits } from '../../committing/commit-place.ts';
import { findFilesToCommit } from '../../committing/touched-files.ts';
import type { PolicyDirectory } from '../../folder/policy-directory.ts';
import type { OnStep } from '../../writing/settle-change.ts';
import { requireWritableFolder } from '../../writing/writable-folder.ts';
import { settleUnfinished, writePolicyFiles, type FileReplacement } from '../../writing/write-policy-files.ts';
import type { ChangeFilter, ChangeHead, ChangeList, MadeChange } from '../asked-change.ts';
import type { ChangeKeeper, ChangeMoment, ChangeToWrite, ChangeWriting, FoundChange } from './change-keeper.ts';
import { pageOf } from '../change-pages.ts';
import { authorOf, defaultCommitter } from './commit-author.ts';
import { CommitHistory } from './commit-history.ts';
import { formatCommitMessage } from './commit-message.ts';
import { headOfCommit } from './head-of-commit.ts';
import { recordedFile, textOf } from './recorded-file.ts';
import type { RecordedFile } from '../reverted-files.ts';

/** Changes that are commits of the repository that the folder lies in: its log has them, and those made by hand. */
export class KeptInGit implements ChangeKeeper {
  readonly #directory: PolicyDirectory;
  readonly #root: string;
  readonly #writing: Extract<ChangeWriting, { readonly kind: 'commit' }>;
  readonly #place: CommitPlace;
  readonly #history = new CommitHistory();

  constructor(directory: PolicyDirectory, writing: Extract<ChangeWriting, { readonly kind: 'commit' }>) {
    this.#directory = directory;
    this.#root = directory.root;
    this.#place = new CommitPlace(this.#root);
    this.#writing = writing;
  }

  async prepare(): Promise<void> {
    await requireWritableFolder(this.#root);
    await requireCommits(await this.#place.open());
    await this.refresh();
  }

  async refresh(): Promise<void> {
    const place = await this.#place.open();
    const tip = await readCheckedOut(place);
    if (tip !== undefined) await this.#history.refresh(place, tip);
  }

  async settle(): Promise<void> {
    await settleUnfinished(this.#root);
  }

  read(): Promise<readonly SourceFile[]> {
    return this.#directory.read('all');
  }

  findByKey({ asked, nowMs }: ChangeMoment): Promise<FoundChange | undefined> {
    const { idempotency, caller } = asked;
    return Promise.resolve(idempotency && this.#history.findByKey(idempotency.key, caller.name, nowMs));
  }

  find(change: string): Promise<ChangeHead | undefined> {
    return Promise.resolve(this.#history.find(change)?.head);
  }

  async readFiles({ change }: ChangeHead, now: readonly SourceFile[]): Promise<readonly RecordedFile[]> {
    const found = this.#history.find(change);
    if (!found) return [];
    const contents = new Map(now.map((file) => [file.path, 'content' in file ? textOf(file.content) : null]));
    const differences = await readDifferences(await this.#place.open(), found.commit);
    return differences
      .filter(({ path }) => classifyPath(path) !== 'ignored')
      .map((difference) => recordedFile(difference, contents.get(difference.path) ?? null));
  }

  list(filter: ChangeFilter): ChangeList {
    return pageOf(this.#history.heads(), filter);
  }

  async requireWritable(replacements: readonly FileReplacement[]): Promise<void> {
    const place = await this.#place.open();
    const { commit } = await readTip(place);
    await findFilesToCommit(place, commit, replacements);
  }

  async write(written: ChangeToWrite, onStep: OnStep | undefined): Promise<MadeChange> {
    const { asked, replacements, atMs } = written;
    const change = randomBytes(8).toString('hex');
    const commit = await writePolicyFiles(this.#root, replacements, {
      onStep,
      commit: {
        place: await this.#place.open(),
        message: formatCommitMessage(change, written),
        author: authorOf(asked.actor),
        committer: this.#writing.committer ?? defaultCommitter,
        atMs,
        signingKey: this.#writing.signingKey,
        // Judged with all that was known of the repository then.
        parent: this.#history.tip,
      },
    });
    return headOfCommit(change, written, { commit: commit ?? '' });
  }
}
