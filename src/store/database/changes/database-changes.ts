import type { EntityManager } from 'typeorm';
import { PolicyCompiler } from '../../../compile/compile-policy.ts';
import { RefusedEdit } from '../../../compile/edit/policy-edit.ts';
import { quote } from '../../../compile/words/describe-value.ts';
import { formatDatabaseRevision } from '../../../policy/database-revision.ts';
import type { PolicySet } from '../../../policy/policy-set.ts';
import { formatSubject } from '../../../policy/subject.ts';
import { objectOfEdit } from '../../../review/changes/asked-edit.ts';
import { judgeEdits, type JudgedEdits } from '../../../review/changes/judge-edits.ts';
import { judgedData } from '../../../review/changes/judged-data.ts';
import { judgeRevert } from '../../../review/changes/judge-revert.ts';
import { limits } from '../../../policy/limits.ts';
import { assignmentsText } from '../members/append-events.ts';
import type { DatabaseConnection } from '../connection/database-connection.ts';
import { draftOf } from '../releases/publish-release.ts';
import type { ReadFile } from '../releases/release.ts';
import type { ThreadedChanges } from '../../changes/thread-calls.ts';
import type { AskedChange, ChangeAnswer, ChangeFilter, ChangeList, ChangeRefusal } from '../../changes/asked-change.ts';
import { findOutOfReach, listedEdit, withEtags } from '../../changes/asked-reach.ts';
import { isForeign } from '../../changes/change-pages.ts';
import { findStranger, refused, refuseEdit } from '../../changes/change-refusals.ts';
import { weighChange } from '../../changes/weigh-change.ts';
import { unwrittenAnswer } from '../../changes/judged-answer.ts';
import { DatabaseGround, type PublishedGround } from './database-ground.ts';
import { findByKey, findChange, listKeptChanges, type KeptChange } from './kept-changes.ts';
import { undoneChange } from './undone-change.ts';
import { writeChange, type PlannedChange, type WriteOutcome } from './write-change.ts';

/** Changes of the policy of a database: judged on its newest release and its members, and written as another one. */
export class DatabaseChanges implements ThreadedChanges {
  readonly #connection: DatabaseConnection;
  readonly #ground: DatabaseGround;
  readonly #compiler = new PolicyCompiler();
  readonly #now: () => number;
  readonly #isOfRowsAlone: boolean;

  /** `isOfRowsAlone`: files are changed elsewhere; what is of them is told as such, and is not judged. */
  constructor(
    connection: DatabaseConnection,
    options: { readonly now?: () => number; readonly isOfRowsAlone?: boolean } = {},
  ) {
    this.#isOfRowsAlone = options.isOfRowsAlone ?? false;
    this.#connection = connection;
    this.#ground = new DatabaseGround(connection);
    this.#now = options.now ?? Date.now;
  }

  /** Reads and compiles what is there, so that the first change need not wait for it. */
  async prepare(): Promise<void> {
    const { files } = await this.#readGround();
    this.#compiler.compile(files, this.#now());
  }

  list(filter: ChangeFilter): Promise<ChangeList> {
    return this.#connection.read(async (manager, onAnswer) => {
      const found = await listKeptChanges(manager, filter);
      onAnswer();
      return found;
    });
  }

  /** Judges a change and makes it. */
  async ask(asked: AskedChange): Promise<ChangeAnswer> {
    const made = asked.isPreview ? undefined : await this.#findMade(asked);
    if (made) return answerAgain(asked, made);
    if (this.#isOfRowsAlone && !mayBeOfRows(asked)) return changesFiles;
    let seen = asked;
    for (let attempt = 1; ; attempt += 1) {
      // Who was overtaken is judged with the others waiting, so that nobody can be overtaken for ever.
      const found = attempt === 1 ? await this.#judgeAndWrite(seen) : await this.#inOneTurn(seen);
      if (found.kind !== 'again') return found;
      if (attempt === mostAttempts)
        return refused('conflict', 'changed-meanwhile', 'others changed the policy meanwhile');
      // What was judged once is what whoever asks has seen: if that very thing is another one now, they must look again.
      seen = withEtags(seen, found.etags);
    }
  }

  #findMade(asked: AskedChange): Promise<KeptChange | undefined> {
    if (!asked.idempotency) return Promise.resolve(undefined);
    return this.#connection.read(async (manager, onAnswer) => {
      const found = await findByKey(manager, asked, this.#now());
      onAnswer();
      return found;
    });
  }

  #readGround(): Promise<PublishedGround> {
    return this.#connection.read((manager, onAnswer) => this.#ground.read(manager, onAnswer));
  }

  async #judgeAndWrite(asked: AskedChange): Promise<ChangeAnswer | Again> {
    const judged = await this.#judge(asked, await this.#readGround(), (work) =>
      this.#connection.read(async (manager, onAnswer) => {
        onAnswer();
        return work(manager);
      }),
    );
    if ('answer' in judged) return judged.answer;
    const database = await this.#connection.writer();
    const outcome = await database.write(
      (manager) => writeChange(manager, database.url, judged.planned, this.#now()),
      limits.memberChangeQueueMs,
    );
    return answerOf(asked, judged, outcome);
  }

  async #inOneTurn(asked: AskedChange): Promise<ChangeAnswer | Again> {
    const database = await this.#connection.writer();
    return database.write(async (manager) => {
      const ground = await this.#ground.read(manager);
      const judged = await this.#judge(asked, ground, (work) => work(manager));
      // Nothing is written up to here, so a transaction that ends with a refusal has done nothing.
      if ('answer' in judged) return judged.answer;
      return answerOf(asked, judged, await writeChange(manager, database.url, judged.planned, this.#now()));
    }, limits.memberChangeQueueMs);
  }

  async #judge(asked: AskedChange, ground: PublishedGround, read: Read): Promise<{ answer: ChangeAnswer } | Judged> {
    const nowMs = this.#now();
    const { policy: live, problems } = this.#compiler.compile(ground.files, nowMs);
    if (!live) {
      const [first] = problems.filter(({ severity }) => severity === 'error');
      const message = `what is published has problems, as ${first?.file ?? ''}:${first?.line ?? 0}: ${first?.message ?? ''}`;
      return { answer: refused('conflict', 'policy-at-fault', message, 'publish files without; nothing was written') };
    }
    const out = findOutOfReach(asked, live);
    if (out) return { answer: { kind: 'refused', refusal: out } };
    const judged = await this.#judgeOn(asked, { ground, live }, nowMs, read);
    if ('refusal' in judged) return { answer: { kind: 'refused', refusal: judged.refusal } };
    // A release holds what decides, and no tests: those are for the folder, and for whoever reviews it.
    const data = { ...judgedData(judged), tests: undefined };
    const isOfFiles = judged.touched.length + judged.removed.length > 0;
    if (isOfFiles && this.#isOfRowsAlone) return { answer: changesFiles };
    const isEmpty = !isOfFiles && judged.rows.every((row) => isSameRow(ground, row));
    const revision = formatDatabaseRevision(live.revision, ground.state);
    const answer = unwrittenAnswer(asked, judged, { live, revision, data, isEmpty });
    if (answer?.kind === 'refused') return { answer };
    const policy = isOfFiles ? this.#compiler.compile(judged.files, nowMs).policy : live;
    if (!policy) throw new Error('what was judged does not compile');
    const { given } = ground;
    const over = isOfFiles && (await weighChange(asked.budget, { live, after: policy, given, nowMs, judged }));
    if (over) return { answer: { kind: 'refused', refusal: over, data } };
    if (answer) return { answer };
    return { data, etags: judged.etags, planned: this.#plan(asked, judged, { ground, live, policy, isOfFiles }) };
  }

  async #judgeOn(
    asked: AskedChange,
    { ground, live }: { readonly ground: PublishedGround; readonly live: PolicySet },
    nowMs: number,
    read: Read,
  ): Promise<JudgedEdits | { readonly refusal: ChangeRefusal }> {
    const { files, given } = ground;
    // Who makes and moves places is the token's business, which was asked.
    const { actor, sees } = asked;
    const options = { nowMs, actor, provisions: true, compiler: this.#compiler, given, sees };
    const { what } = asked;
    try {
      if (what.kind === 'edits') {
        const stranger = findStranger(what.edits, asked.actor, live, nowMs, given);
        return stranger
          ? { refusal: stranger }
          : await judgeEdits(files, what.edits, { ...options, changesRows: true });
      }
      const undone = await read(async (manager) => {
        const kept = await findChange(manager, what.change);
        if (!kept || isForeign(kept.head, asked.caller.organizations)) return undefined;
        // Where it was made may be no more: what becomes of that is told when it is undone.
        const stranger = findStranger(kept.head.edits, asked.actor, live, nowMs, given);
        if (stranger?.kind === 'not-allowed') return { refusal: stranger };
        return undoneChange(manager, this.#connection, ground, kept);
      });
      if (!undone) {
        const message = `there is no change ${quote(what.change)}`;
        return { refusal: { kind: 'unknown', code: 'unknown-change', message } };
      }
      return 'refusal' in undone ? undone : await judgeRevert(files, undone.files, options, undone.rows);
    } catch (error) {
      if (!(error instanceof RefusedEdit)) throw error;
      return { refusal: refuseEdit(error) };
    }
  }

  #plan(
    asked: AskedChange,
    judged: JudgedEdits,
    {
      ground,
      live,
      policy,
      isOfFiles,
    }: {
      readonly ground: PublishedGround;
      readonly live: PolicySet;
      readonly policy: PolicySet;
      readonly isOfFiles: boolean;
    },
  ): PlannedChange {
    const { actor, caller, reason, what } = asked;
    const publication = {
      policy,
      files: judged.files.filter((file): file is ReadFile => 'content' in file),
      commit: undefined,
      author: formatSubject(actor, policy.catalog.subjectTypes[0]),
      now: this.#now,
      madeBy: { actor, reason },
    };
    return {
      asked,
      ground,
      policy,
      rows: judged.rows,
      etags: judged.etags.map((etag) => etag ?? null),
      draft: isOfFiles ? { ...draftOf(publication), madeBy: publication.madeBy } : undefined,
      head: {
        actor,
        ...(caller.name === undefined ? {} : { caller: caller.name }),
        ...(reason === undefined ? {} : { reason }),
        ...(what.kind === 'revert' ? { reverts: what.change } : {}),
        edits: judged.edits.map((edit) => listedEdit(edit, live)),
        people: new Set((judged.effect?.difference.changes ?? []).flatMap(({ subjects }) => subjects)).size,
      },
    };
  }
}

/** The answer to a change of files where those are changed elsewhere. */
const changesFiles = refused('against-the-rules', 'changes-files', 'it changes files');

export function isOfFilesElsewhere(answer: ChangeAnswer<unknown>): boolean {
  return answer.kind === 'refused' && answer.refusal.code === changesFiles.refusal.code;
}

function mayBeOfRows({ what }: AskedChange): boolean {
  return what.kind === 'revert' || what.edits.every((edit) => objectOfEdit(edit) === 'member');
}

type Read = <Result>(work: (manager: EntityManager) => Promise<Result>) => Promise<Result>;

interface Judged extends Pick<JudgedEdits, 'etags'> {
  readonly data: ReturnType<typeof judgedData>;
  readonly planned: PlannedChange;
}

interface Again extends Pick<JudgedEdits, 'etags'> {
  readonly kind: 'again';
}

const mostAttempts = 5;

function answerOf(asked: AskedChange, { data, etags, planned }: Judged, outcome: WriteOutcome): ChangeAnswer | Again {
  if (outcome.kind === 'made') return answerAgain(asked, outcome.made);
  if (outcome.kind === 'again') return { kind: 'again', etags };
  const weighed = asked.budget && { weighed: planned.policy.digest };
  return { kind: 'written', head: outcome.head, data, ...weighed };
}

function answerAgain({ idempotency }: AskedChange, { head, digest }: KeptChange): ChangeAnswer {
  if (idempotency?.digest === digest) return { kind: 'written', head };
  return refused('against-the-rules', 'idempotency-key-reused', 'the key was sent with another change');
}

function isSameRow({ members }: PublishedGround, row: JudgedEdits['rows'][number]): boolean {
  const now = members.get(row.place, row.subject.type, row.subject.id);
  return assignmentsText(now?.assignments ?? []) === assignmentsText(row.assignments);
}
