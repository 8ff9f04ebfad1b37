import type { EntityManager } from 'typeorm';
import { PolicyCompiler, type CompileResult } from '../../../compile/compile-policy.ts';
import { RefusedEdit } from '../../../compile/edit/policy-edit.ts';
import type { SourceFile } from '../../../compile/file/policy-files.ts';
import { formatDatabaseRevision } from '../../../policy/database-revision.ts';
import { findWritten, type PolicySet } from '../../../policy/policy-set.ts';
import { compareText } from '../../../policy/position.ts';
import { parseSubject } from '../../../policy/subject.ts';
import { withLineFeeds } from '../../../policy/text/line-ends.ts';
import { parseRevision, type DatabaseRevision } from '../../../policy/text/revision-text.ts';
import { placeOfEdit, type AskedEdit } from '../../../review/changes/asked-edit.ts';
import { findConflicts } from '../../../review/changes/edit-etags.ts';
import { makeInSteps } from '../../../review/changes/edit-steps.ts';
import { joinTexts, type PreferredSide } from '../../../review/changes/text/joined-text.ts';
import { findPlace, membersPlaceOf } from '../../../review/members/member-roles.ts';
import type { Database } from '../database.ts';
import { readState } from '../members/read-changes.ts';
import { findMissing, findRelease } from '../releases/held-changes.ts';
import { nothingPublished, ReleaseFiles } from '../releases/release-files.ts';
import type { ChangeHead } from '../../changes/asked-change.ts';
import { findChange, type KeptChange } from './kept-changes.ts';
import { readChangedFiles, type ChangedFile } from './undone-change.ts';

/** The changes of a database that a folder does not have, and what its files are with them. */
export interface PlannedPull {
  /** The oldest first. */
  readonly changes: readonly ChangeHead[];
  readonly files: readonly SourceFile[];
  /** Where the folder and a change did different things to the same lines. */
  readonly conflicts: readonly PullConflict[];
  /** What the folder is to say that it has. */
  readonly revisions: readonly DatabaseRevision[];
  /** How far the database is. */
  readonly revision: string;
}

export interface PullConflict {
  readonly file: string;
  readonly line: number;
  readonly change: ChangeHead;
}

/** Finds out what it takes to bring the changes of a database into files. */
export async function planPull(
  database: Pick<Database, 'url' | 'read'>,
  folder: { readonly files: readonly SourceFile[]; readonly pulled: readonly DatabaseRevision[] },
  { prefer, nowMs }: { readonly prefer: PreferredSide | undefined; readonly nowMs: number },
): Promise<PlannedPull> {
  const read = await database.read((manager) => readMissing(manager, database, folder.pulled));
  const joining = new Joining(folder.files, prefer, nowMs);
  for (const change of read.missing) joining.take(change);
  const { files, conflicts } = joining;
  return { changes: read.missing.map(({ head }) => head), files, conflicts, ...read.reached };
}

interface MissingChange {
  readonly head: ChangeHead;
  readonly etags: KeptChange['etags'];
  readonly changed: readonly ChangedFile[];
  /** The files of the newest release. */
  readonly newest: readonly SourceFile[];
}

async function readMissing(
  manager: EntityManager,
  database: Pick<Database, 'url' | 'read'>,
  pulled: readonly DatabaseRevision[],
): Promise<{
  readonly missing: readonly MissingChange[];
  readonly reached: Pick<PlannedPull, 'revisions' | 'revision'>;
}> {
  const newest = await new ReleaseFiles(database).readWith(manager);
  const state = await readState(manager);
  if (!newest || !state) throw nothingPublished(database);
  const missing: MissingChange[] = [];
  for (const { id, release } of await findMissing(manager, newest.release.sequence, pulled)) {
    const kept = await findChange(manager, id);
    const changed = await readChangedFiles(manager, database, release);
    if (kept) missing.push({ head: kept.head, etags: kept.etags, changed, newest: newest.files });
  }
  // Of each database one is kept, and those of others stay.
  const others: DatabaseRevision[] = [];
  for (const one of pulled) if ((await findRelease(manager, one)) === undefined) others.push(one);
  const revision = formatDatabaseRevision(newest.release.revision, state);
  const own = parseRevision(revision);
  return { missing, reached: { revision, revisions: own?.kind === 'database' ? [...others, own] : others } };
}

/** Files to which one change after the other is done. */
class Joining {
  readonly #prefer: PreferredSide | undefined;
  readonly #nowMs: number;
  readonly #compiler = new PolicyCompiler();
  readonly #files: Map<string, SourceFile>;
  readonly conflicts: PullConflict[] = [];

  constructor(files: readonly SourceFile[], prefer: PreferredSide | undefined, nowMs: number) {
    this.#files = new Map(files.map((file) => [file.path, file]));
    this.#prefer = prefer;
    this.#nowMs = nowMs;
  }

  get files(): readonly SourceFile[] {
    return [...this.#files.values()].sort((left, right) => compareText(left.path, right.path));
  }

  take(missing: MissingChange): void {
    const { head: change, changed, newest } = missing;
    const joined = changed.map((file) => ({ path: file.path, ...this.#join(file, newest, this.#prefer) }));
    const conflict = joined.find((one) => one.conflict !== undefined);
    if (conflict && this.#makeAgain(missing)) return;
    for (const { path, conflict: line, content } of joined) {
      if (line !== undefined) this.conflicts.push({ file: path, line, change });
      else if (content === undefined) this.#files.delete(path);
      else this.#put(path, content);
    }
  }

  #put(path: string, content: Uint8Array): void {
    const known = this.#files.get(path);
    if (known && 'content' in known && Buffer.compare(known.content, content) === 0) return;
    this.#files.set(path, { path, content });
  }

  #join(
    { path, before, after }: ChangedFile,
    newest: readonly SourceFile[],
    prefer: PreferredSide | undefined,
  ): { readonly conflict?: number; readonly content?: Uint8Array } {
    const file = this.#files.get(path);
    const mine = file && 'content' in file ? file.content : undefined;
    const [was, is, here] = [before, after, mine && withLineFeeds(mine)];
    const published = newest.find((one) => one.path === path);
    if (isSame(here, published && 'content' in published ? published.content : undefined)) return kept(mine);
    if (isSame(here, is)) return kept(mine);
    if (isSame(here, was)) return kept(is && endsAs(is, mine));
    if (!is || !was || !here || !mine) {
      if (prefer === 'mine') return kept(mine);
      return prefer === 'theirs' ? kept(is) : { conflict: 1 };
    }
    const joined = joinTexts(textOf(was), textOf(is), textOf(here), prefer);
    if (joined.conflict !== undefined) return { conflict: joined.conflict };
    return kept(endsAs(Buffer.from(joined.text), mine));
  }

  // Where lines do not say it, as where both have put something at the end of a list, what was asked for may: as long as
  // what it is about is in the folder what it was when it was asked for.
  #makeAgain({ head: { edits, reverts }, etags, newest }: MissingChange): boolean {
    if (reverts !== undefined || this.#prefer !== undefined) return false;
    const files = this.files;
    const compile = (now: readonly SourceFile[]): CompileResult => this.#compiler.compile(now, this.#nowMs);
    const before = compile(files);
    const published = compile(newest).policy;
    const { policy } = before;
    if (!policy || !published) return false;
    const seen = edits.map((edit, index): AskedEdit => {
      const etag = etags[index];
      return typeof etag === 'string' ? { ...edit, etag } : edit;
    });
    try {
      const own = seen.filter((edit) => isOfFiles(edit, published));
      const made = makeInSteps(files, { ...before, policy }, own, compile);
      if (!made.result.policy || findConflicts(made.steps).length > 0) return false;
      this.#files.clear();
      for (const file of made.files) this.#files.set(file.path, file);
      return true;
    } catch (error) {
      if (error instanceof RefusedEdit) return false;
      throw error;
    }
  }
}

/** Whether an edit was one of files: whom these do not list was changed at run time alone. */
function isOfFiles(edit: AskedEdit, published: PolicySet): boolean {
  if (edit.edit === 'member.remove') return false;
  if (edit.edit !== 'member.set') return true;
  const named = placeOfEdit(edit);
  const place = named && findPlace(published, named);
  const subject = parseSubject(edit.subject, published.catalog.subjectTypes[0]);
  return place !== undefined && findWritten(membersPlaceOf(place), subject) !== undefined;
}

function kept(content: Uint8Array | undefined): { readonly content?: Uint8Array } {
  return content ? { content } : {};
}

// As the folder ends its lines; releases have line feeds.
function endsAs(content: Uint8Array, like: Uint8Array | undefined): Uint8Array {
  if (!like || withLineFeeds(like) === like) return content;
  return Buffer.from(textOf(content).replaceAll('\n', '\r\n'));
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function textOf(content: Uint8Array): string {
  return decoder.decode(content);
}

function isSame(left: Uint8Array | undefined, right: Uint8Array | undefined): boolean {
  if (!left || !right) return left === right;
  return Buffer.compare(left, right) === 0;
}
