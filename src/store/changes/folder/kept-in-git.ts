import { createHash, randomBytes } from 'node:crypto';
import { classifyPath, type SourceFile } from '../../../compile/file/policy-files.ts';
import { undoOf } from '../../../review/changes/text/text-undo.ts';
import { readDifferences, type CommitDifference } from '../../committing/commit-log.ts';
import { CommitPlace, readCheckedOut, readTip, requireCommits } from '../../committing/commit-place.ts';
import { findFilesToCommit } from '../../committing/touched-files.ts';
import type { PolicyDirectory } from '../../folder/policy-directory.ts';
import type { OnStep } from '../../writing/settle-change.ts';
import { requireWritableFolder } from '../../writing/writable-folder.ts';
import { settleUnfinished, writePolicyFiles, type FileReplacement } from '../../writing/write-policy-files.ts';
import type { ChangeFilter, ChangeHead, ChangeList, MadeChange } from '../asked-change.ts';
import type { ChangeKeeper, ChangeToWrite, ChangeWriting } from './change-keeper.ts';
import { pageOf } from '../change-pages.ts';
import { authorOf, defaultCommitter } from './commit-author.ts';
import { CommitHistory } from './commit-history.ts';
import { formatCommitMessage } from './commit-message.ts';
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

  findByKey(
    key: string,
    caller: string | undefined,
    nowMs: number,
  ): { readonly head: MadeChange; readonly digest: string } | undefined {
    return this.#history.findByKey(key, caller, nowMs);
  }

  find(change: string): ChangeHead | undefined {
    return this.#history.find(change)?.head;
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
    const { asked, edits, data, revision, replacements, atMs } = written;
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
    const { actor, caller, reason, what } = asked;
    return {
      change,
      // As git keeps it.
      at: new Date(Math.floor(atMs / 1000) * 1000).toISOString(),
      actor,
      ...(caller.name === undefined ? {} : { caller: caller.name }),
      ...(reason === undefined ? {} : { reason }),
      ...(what.kind === 'revert' ? { reverts: what.change } : {}),
      edits,
      revision,
      written: { commit: commit ?? '' },
      people: data.effect?.people ?? 0,
    };
  }
}

/** What undoes a commit in a file as it is now: git may have laid it on disk with the line ends of Windows. */
function recordedFile({ path, before, after }: CommitDifference, now: string | null): RecordedFile {
  const texts = [before, after].map(textOf);
  const isWindows = now?.includes('\r\n') === true && texts.every((text) => text?.includes('\r\n') !== true);
  const [was = null, is = null] = isWindows ? texts.map((text) => text?.replaceAll('\n', '\r\n') ?? null) : texts;
  return { path, after: is === null ? null : hashOf(is), undo: undoOf(was, is) };
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function textOf(content: Uint8Array | undefined): string | null {
  return content === undefined ? null : decoder.decode(content);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
