import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { classifyPath, type SourceFile } from '../../compile/file/policy-files.ts';
import { RolebookError } from '../../policy/errors.ts';
import type { AskedEdit } from '../../review/changes/asked-edit.ts';
import type { AskedChange, ChangeFilter, ChangeHead, ChangeList, MadeChange } from '../changes/asked-change.ts';
import { pageOf } from '../changes/change-pages.ts';
import type { ChangeKeeper, ChangeMoment, ChangeToWrite, FoundChange } from '../changes/folder/change-keeper.ts';
import { authorOf, defaultCommitter } from '../changes/folder/commit-author.ts';
import { CommitHistory } from '../changes/folder/commit-history.ts';
import { formatCommitMessage } from '../changes/folder/commit-message.ts';
import { headOfCommit } from '../changes/folder/head-of-commit.ts';
import { recordedFile, textOf } from '../changes/folder/recorded-file.ts';
import type { RecordedFile } from '../changes/reverted-files.ts';
import { readDifferences } from '../committing/commit-log.ts';
import { makeCommitOf } from '../committing/make-commit.ts';
import { RefusedCommit } from '../committing/refused-commit.ts';
import { readPolicyAt, shareUnchanged } from '../git/git-policy-files.ts';
import { UntrustedSource } from '../live/source-failure.ts';
import type { SignatureCheck } from '../signatures/signature-check.ts';
import type { FileReplacement } from '../writing/write-policy-files.ts';
import type { BranchWriting } from './branch-writing.ts';
import { findFilesAt } from './files-at-commit.ts';
import { deepenForKeys } from './kept-history.ts';
import { Proposals } from './proposals.ts';
import { describePushFault, describeUnknownEnd, refusePush } from './push-fault.ts';
import { PushPace } from './push-pace.ts';
import { writingIndex, type WritingClone } from './writing-clone.ts';

/** Changes that are commits of a branch elsewhere: pushed where it only goes on, or to a branch of their own for a review. */
export class KeptInBranch implements ChangeKeeper {
  readonly #clone: WritingClone;
  readonly #writing: BranchWriting;
  readonly #proposals: Proposals;
  /** Who must have signed what is changed; undefined: nobody. */
  readonly #signatures: SignatureCheck | undefined;
  #history = new CommitHistory();
  #files: { readonly commit: string; readonly files: readonly SourceFile[] } | undefined;
  /** What decides where changes are asked for. */
  #live: string | undefined;
  readonly #pace = new PushPace();

  constructor(clone: WritingClone, writing: BranchWriting, signatures?: SignatureCheck) {
    this.#clone = clone;
    this.#writing = writing;
    this.#signatures = signatures;
    this.#proposals = new Proposals(clone, writing);
  }

  async prepare(): Promise<void> {
    await this.refresh();
  }

  noteLive(commit: string): void {
    this.#live = commit;
  }

  // What is half-made is in nobody's way.
  settle(): Promise<void> {
    return Promise.resolve();
  }

  async read(): Promise<readonly SourceFile[]> {
    const tip = this.#tip();
    await this.#requireTrusted(tip);
    if (this.#files?.commit === tip) return this.#files.files;
    const known = this.#files?.files ?? [];
    const found = await readPolicyAt(this.#clone.repository, tip, Promise.resolve(known), 'all');
    if (!found) throw new RolebookError('unavailable', `commit ${tip.slice(0, 12)} has no \`roles.yaml\``);
    const files = shareUnchanged(found, known);
    this.#files = { commit: tip, files };
    return files;
  }

  async refresh(moment?: ChangeMoment): Promise<void> {
    const isWriting = moment !== undefined && !moment.asked.isPreview;
    if (isWriting && (await this.#pace.wait())) this.#clone.doubt();
    const isOld = this.#clone.tip === undefined || (isWriting && !this.#clone.wasConfirmed(confirmedMs));
    if (isOld || (await this.#isBehind())) {
      await this.#clone.fetch().catch((error: unknown) => {
        // A list is of what is known; nobody decides by it.
        if (moment !== undefined || this.#clone.tip === undefined) throw error;
      });
    }
    const isKeyed = isWriting && moment.asked.idempotency !== undefined;
    if (isKeyed && (await deepenForKeys(this.#clone, moment.nowMs))) this.#history = new CommitHistory();
    await this.#history.refresh(this.#clone.repository, this.#tip());
  }

  async findByKey({ asked, nowMs }: ChangeMoment): Promise<FoundChange | undefined> {
    const { idempotency, caller } = asked;
    const made = idempotency && this.#history.findByKey(idempotency.key, caller.name, nowMs);
    if (made || this.#modeOf(asked) === 'commit') return made;
    return this.#proposals.findByKey(asked, nowMs);
  }

  async find(change: string): Promise<ChangeHead | undefined> {
    if (!idPattern.test(change)) return undefined;
    for (;;) {
      const found = this.#history.find(change);
      if (found) return found.head;
      if (!(await this.#clone.deepen())) return undefined;
      this.#history = new CommitHistory();
      await this.#history.refresh(this.#clone.repository, this.#tip());
    }
  }

  async readFiles({ change }: ChangeHead, now: readonly SourceFile[]): Promise<readonly RecordedFile[]> {
    const found = this.#history.find(change);
    if (!found) return [];
    const contents = new Map(now.map((file) => [file.path, 'content' in file ? textOf(file.content) : null]));
    const differences = await readDifferences(this.#clone.repository, found.commit);
    return differences
      .filter(({ path }) => classifyPath(path) !== 'ignored')
      .map((difference) => recordedFile(difference, contents.get(difference.path) ?? null));
  }

  list(filter: ChangeFilter): ChangeList {
    return pageOf(this.#history.heads(), filter);
  }

  async requireWritable(replacements: readonly FileReplacement[]): Promise<void> {
    await findFilesAt(this.#clone.repository, this.#tip(), replacements);
  }

  async write(written: ChangeToWrite): Promise<MadeChange> {
    const { asked, replacements, atMs } = written;
    const change = randomBytes(8).toString('hex');
    const { repository } = this.#clone;
    const parent = this.#tip();
    const text = {
      place: repository,
      message: formatCommitMessage(change, written),
      author: authorOf(asked.actor),
      committer: this.#writing.committer ?? defaultCommitter,
      atMs,
      signingKey: this.#writing.signingKey,
    };
    const files = await findFilesAt(repository, parent, replacements);
    const { commit } = await makeCommitOf(text, parent, files, join(repository.folder, writingIndex));
    if (this.#modeOf(asked) === 'propose') {
      return headOfCommit(change, written, await this.#proposals.push(commit, asked, this.#editsOf(asked)));
    }
    await this.#requireTrusted(commit);
    await this.#push(commit);
    return headOfCommit(change, written, { commit });
  }

  // Neither is built upon what nobody trusts, nor is that pushed.
  async #requireTrusted(commit: string): Promise<void> {
    try {
      await this.#signatures?.require(this.#clone.repository, commit);
    } catch (error) {
      if (!(error instanceof UntrustedSource)) throw error;
      throw new RefusedCommit('policy-at-fault', error.message, error.help);
    }
  }

  async #push(commit: string): Promise<void> {
    const { url, ref } = this.#writing;
    const outcome = await this.#clone.push(commit, ref);
    this.#pace.note(outcome.kind === 'moved' ? 'lost' : 'won');
    if (outcome.kind === 'done') return this.#clone.notePushed(commit);
    this.#clone.doubt();
    if (outcome.kind === 'moved') throw new RefusedCommit('git-moved', `\`${ref}\` has moved meanwhile`);
    if (outcome.kind === 'refused') throw refusePush(url, ref, outcome.why);
    if (!(await this.#isThere(commit))) {
      throw describePushFault(url, outcome.kind === 'unknown' ? outcome.stderr : 'it takes no push options');
    }
    await this.#clone.notePushed(commit);
  }

  // Whoever was not told how it ended looks before anybody is answered.
  async #isThere(commit: string): Promise<boolean> {
    for (const [index, pauseMs] of lookPausesMs.entries()) {
      await pause(pauseMs);
      try {
        await this.#clone.fetch();
        return await this.#clone.isIncluded(commit);
      } catch (error) {
        if (index === lookPausesMs.length - 1) throw describeUnknownEnd(this.#writing.url, error);
      }
    }
    return false;
  }

  async #isBehind(): Promise<boolean> {
    return this.#live !== undefined && !(await this.#clone.isIncluded(this.#live));
  }

  #modeOf({ write }: AskedChange): BranchWriting['modes'][number] {
    const { modes } = this.#writing;
    return modes.find((mode) => mode === write) ?? modes[0] ?? 'propose';
  }

  #editsOf({ what }: AskedChange): readonly AskedEdit[] {
    return what.kind === 'edits' ? what.edits : (this.#history.find(what.change)?.head.edits ?? []);
  }

  #tip(): string {
    const { tip } = this.#clone;
    if (tip === undefined) throw new Error('nothing was fetched');
    return tip;
  }
}

// Of a change, or of a commit that somebody made by hand.
const idPattern = /^[0-9a-f]{16}(?:[0-9a-f]{24}|[0-9a-f]{48})?$/;

// For so long the branch is taken to be where it was; a push that finds it elsewhere is refused by the server.
const confirmedMs = 2000;

const lookPausesMs = [0, 500, 1500];
