import { PolicyCompiler } from '../../../compile/compile-policy.ts';
import { RefusedEdit } from '../../../compile/edit/policy-edit.ts';
import type { SourceFile } from '../../../compile/file/policy-files.ts';
import { quote } from '../../../compile/words/describe-value.ts';
import type { PolicySet } from '../../../policy/policy-set.ts';
import { formatSubject } from '../../../policy/subject.ts';
import { judgeEdits, type JudgedEdits } from '../../../review/changes/judge-edits.ts';
import { judgedData } from '../../../review/changes/judged-data.ts';
import { judgeRevert } from '../../../review/changes/judge-revert.ts';
import type { OnStep } from '../../writing/settle-change.ts';
import { RefusedCommit } from '../../committing/refused-commit.ts';
import { ChangedMeanwhile, describeWriteFailure, type FileReplacement } from '../../writing/write-policy-files.ts';
import type { AskedChange, ChangeAnswer, ChangeFilter, ChangeList, ChangeRefusal } from '../asked-change.ts';
import type { ChangeKeeper, ChangeMoment, ChangeToWrite } from './change-keeper.ts';
import type { RunTimeRows, RowsNow } from './run-time-rows.ts';
import { findOutOfReach, listedEdit, withEtags } from '../asked-reach.ts';
import { isForeign } from '../change-pages.ts';
import { findStranger, refuseCommit, refuseEdit, refuseRows, refused } from '../change-refusals.ts';
import { unwrittenAnswer } from '../judged-answer.ts';
import { weighChange } from '../weigh-change.ts';
import { revertedFiles } from '../reverted-files.ts';
import type { ThreadedChanges } from '../thread-calls.ts';

export interface KeeperChangesOptions {
  readonly now?: () => number;
  /** Told before the first file takes its place. */
  readonly onWriting?: () => void;
  readonly onStep?: OnStep;
  /** Memberships at run time beside the files; undefined: there are none. */
  readonly rows?: RunTimeRows | undefined;
}

/** Changes of a policy: judged, written whole or not at all, and kept, so that they can be listed and undone. */
export class KeeperChanges implements ThreadedChanges {
  readonly #compiler = new PolicyCompiler();
  readonly #keeper: ChangeKeeper;
  readonly #options: KeeperChangesOptions;

  constructor(keeper: ChangeKeeper, options: KeeperChangesOptions = {}) {
    this.#keeper = keeper;
    this.#options = options;
  }

  /** Reads and compiles what is there, so that the first change need not wait for it. */
  async prepare(): Promise<void> {
    await this.#keeper.prepare();
    await this.#keeper.settle();
    this.#compiler.compile(await this.#keeper.read(), this.#nowMs());
  }

  async list(filter: ChangeFilter): Promise<ChangeList> {
    await this.#keeper.refresh();
    return this.#keeper.list(filter);
  }

  noteLive(commit: string): void {
    this.#keeper.noteLive?.(commit);
  }

  /** A change that was made before and is asked for again, as far as that is known here. */
  async find(asked: AskedChange): Promise<ChangeAnswer | undefined> {
    await this.#keeper.refresh();
    return this.#findMade({ asked, nowMs: this.#nowMs() });
  }

  /** Judges a change and makes it. One at a time: whoever calls sees to that. */
  async ask(asked: AskedChange): Promise<ChangeAnswer> {
    let seen: AskedChange = asked;
    for (let attempt = 1; ; attempt += 1) {
      await this.#keeper.settle();
      const moment = { asked, nowMs: this.#nowMs() };
      await this.#keeper.refresh(moment);
      const before = await this.#findMade(moment);
      if (before) return before;
      const found = await this.#attempt(seen).catch((error: unknown) => {
        if (!(error instanceof RefusedCommit)) throw error;
        if (error.code === 'git-moved') return { kind: 'again', message: error.message, etags: [] } as const;
        return { kind: 'refused', refusal: refuseCommit(error) } as const;
      });
      if (found.kind !== 'again') return found;
      if (attempt === mostAttempts) return refused('conflict', 'changed-meanwhile', found.message);
      // What was judged once is what whoever asks has seen: if that very thing is another one now, they must look again.
      seen = withEtags(seen, found.etags);
    }
  }

  async #findMade(moment: ChangeMoment): Promise<ChangeAnswer | undefined> {
    const { idempotency, isPreview } = moment.asked;
    if (!idempotency || isPreview) return undefined;
    const made = await this.#keeper.findByKey(moment);
    if (!made) return undefined;
    if (made.digest === idempotency.digest) return { kind: 'written', head: made.head };
    return refused('against-the-rules', 'idempotency-key-reused', 'the key was sent with another change');
  }

  async #attempt(asked: AskedChange): Promise<ChangeAnswer | Again> {
    const files = await this.#keeper.read();
    const live = this.#compiler.compile(files, this.#nowMs());
    if (!live.policy) {
      const [first] = live.problems.filter(({ severity }) => severity === 'error');
      const message = `the files have problems, as ${first?.file ?? ''}:${first?.line ?? 0}: ${first?.message ?? ''}`;
      return refused('conflict', 'policy-at-fault', message, 'mend them first; nothing was written');
    }
    const out = findOutOfReach(asked, live.policy);
    if (out) return { kind: 'refused', refusal: out };
    const beside = await this.#options.rows?.read();
    const judged = await this.#judge(asked, files, live.policy, beside);
    if ('refusal' in judged) return { kind: 'refused', refusal: judged.refusal };
    const data = judgedData(judged);
    const replacements = replacementsOf(files, judged);
    const { policy } = live;
    const revision = beside?.revisionOf(policy) ?? policy.revision;
    const isEmpty = replacements.length === 0 && (judged.undoes !== undefined || judged.rows.length === 0);
    const answer = unwrittenAnswer(asked, judged, { live: policy, revision, data, isEmpty });
    if (answer?.kind !== 'refused') {
      const obstacle =
        (asked.what.kind === 'revert'
          ? undefined
          : refuseRows(asked, judged, { live: policy, isOfFiles: replacements.length > 0 })) ??
        // Of what is proposed somebody else sees whether it can be published.
        (asked.write === 'propose' ? undefined : await this.#findUnpublishable(beside, policy, judged)) ??
        (asked.write === 'propose' ? undefined : await this.#findOverBudget(asked, beside, policy, judged)) ??
        (answer && (await this.#findObstacle(replacements)));
      if (obstacle) return { kind: 'refused', refusal: obstacle, data };
    }
    if (answer) return answer;
    return this.#write(judged, {
      asked,
      atMs: this.#nowMs(),
      edits: editsOfFiles(judged).map((edit) => listedEdit(edit, policy)),
      data,
      revision: judged.revision ?? '',
      replacements,
      undoes: judged.undoes,
      atRunTime: beside && namesOf(beside, policy),
    });
  }

  // What is written and could not decide would be half of a change.
  async #findUnpublishable(
    beside: RowsNow | undefined,
    live: PolicySet,
    { files, touched, removed, undoes }: JudgedChange,
  ): Promise<ChangeRefusal | undefined> {
    if (!beside || touched.length + removed.length === 0) return undefined;
    const { policy: after } = this.#compiler.compile(files, this.#nowMs());
    if (!after) throw new Error('what was judged does not compile');
    return beside.findObstacle({ live, after, files, undoes });
  }

  /** What is proposed is judged when it is about to go live. */
  async #findOverBudget(
    { budget }: AskedChange,
    beside: RowsNow | undefined,
    live: PolicySet,
    judged: JudgedChange,
  ): Promise<ChangeRefusal | undefined> {
    const { files, touched, removed } = judged;
    if (!budget || touched.length + removed.length === 0) return undefined;
    const nowMs = this.#nowMs();
    const { policy: after } = this.#compiler.compile(files, nowMs);
    if (!after) throw new Error('what was judged does not compile');
    return weighChange(budget, { live, after, given: beside?.given ?? [], nowMs, judged });
  }

  async #findObstacle(replacements: readonly FileReplacement[]): Promise<ChangeRefusal | undefined> {
    if (replacements.length === 0) return undefined;
    try {
      await this.#keeper.requireWritable(replacements);
      return undefined;
    } catch (error) {
      if (error instanceof RefusedCommit) return refuseCommit(error);
      throw error;
    }
  }

  async #judge(
    asked: AskedChange,
    files: readonly SourceFile[],
    live: PolicySet,
    beside: RowsNow | undefined,
  ): Promise<JudgedChange | { readonly refusal: ChangeRefusal }> {
    // Who makes and moves places is the token's business, which was asked.
    const options = {
      nowMs: this.#nowMs(),
      actor: asked.actor,
      provisions: true,
      compiler: this.#compiler,
      isReviewed: asked.write === 'propose',
      sees: asked.sees,
      ...(beside && { given: beside.given, changesRows: true }),
    };
    try {
      if (asked.what.kind === 'edits') {
        const stranger = findStranger(asked.what.edits, asked.actor, live, options.nowMs, beside?.given);
        return stranger ? { refusal: stranger } : await judgeEdits(files, asked.what.edits, options);
      }
      const { change } = asked.what;
      const head = await this.#keeper.find(change);
      if (!head || isForeign(head, asked.caller.organizations)) {
        return { refusal: { kind: 'unknown', code: 'unknown-change', message: `there is no change ${quote(change)}` } };
      }
      // Where it was made may be no more: what becomes of that is told when it is undone.
      const stranger = findStranger(head.edits, asked.actor, live, options.nowMs, beside?.given);
      if (stranger?.kind === 'not-allowed') return { refusal: stranger };
      const reverted = revertedFiles(files, { change, files: await this.#keeper.readFiles(head, files) });
      if ('refusal' in reverted) return reverted;
      const commit = beside && 'commit' in head.written ? head.written.commit : undefined;
      const rows = commit === undefined ? [] : await beside?.findUndone(commit);
      const judged = await judgeRevert(files, reverted.files, options, rows);
      return { ...judged, undoes: judged.rows.length > 0 ? commit : undefined };
    } catch (error) {
      if (!(error instanceof RefusedEdit)) throw error;
      return { refusal: refuseEdit(error) };
    }
  }

  async #write(judged: JudgedEdits, change: ChangeToWrite): Promise<ChangeAnswer | Again> {
    const { onWriting, onStep } = this.#options;
    onWriting?.();
    try {
      const head = await this.#keeper.write(change, onStep);
      const weighed = this.#weighed(judged, change);
      const givesBack = change.undoes === undefined ? {} : { givesBack: true as const };
      return { kind: 'written', head, data: change.data, ...givesBack, ...(weighed !== undefined && { weighed }) };
    } catch (error) {
      const isAgain =
        error instanceof ChangedMeanwhile || (error instanceof RefusedCommit && error.code === 'git-moved');
      if (isAgain) return { kind: 'again', message: error.message, etags: judged.etags };
      if (error instanceof RefusedCommit) return { kind: 'refused', refusal: refuseCommit(error), data: change.data };
      throw describeWriteFailure('policy folder', error);
    }
  }

  #weighed({ files }: JudgedEdits, { asked }: ChangeToWrite): string | undefined {
    if (asked.budget === undefined || asked.write === 'propose') return undefined;
    return this.#compiler.compile(files, this.#nowMs()).policy?.digest;
  }

  #nowMs(): number {
    return (this.#options.now ?? Date.now)();
  }
}

/** Edits that were judged, and the commit that they undo, where members at run time get back what that took. */
type JudgedChange = JudgedEdits & { readonly undoes?: string | undefined };

interface Again {
  readonly kind: 'again';
  readonly message: string;
  readonly etags: JudgedEdits['etags'];
}

const mostAttempts = 5;

function namesOf({ given }: RowsNow, { catalog }: PolicySet): ReadonlySet<string> {
  return new Set(given.map(({ subject }) => formatSubject(subject, catalog.subjectTypes[0])));
}

// What gives back to members at run time stands behind what is of files.
function editsOfFiles({ edits, rows, undoes }: JudgedChange): JudgedEdits['edits'] {
  return undoes === undefined ? edits : edits.slice(0, edits.length - rows.length);
}

function replacementsOf(before: readonly SourceFile[], { touched, removed }: JudgedEdits): FileReplacement[] {
  const known = new Map(before.map((file) => [file.path, contentOf(file)]));
  return [
    ...touched.map((file) => ({ path: file.path, before: known.get(file.path), after: contentOf(file) })),
    ...removed.map((path) => ({ path, before: known.get(path), after: undefined })),
  ];
}

function contentOf(file: SourceFile): Uint8Array | undefined {
  return 'content' in file ? file.content : undefined;
}
