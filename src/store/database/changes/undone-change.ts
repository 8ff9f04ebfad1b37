import { createHash } from 'node:crypto';
import { Between, type EntityManager } from 'typeorm';
import type { SourceFile } from '../../../compile/file/policy-files.ts';
import { quote } from '../../../compile/words/describe-value.ts';
import { keyOfRow, type ChangedRow } from '../../../review/changes/changed-rows.ts';
import { undoOf } from '../../../review/changes/text/text-undo.ts';
import type { Database } from '../database.ts';
import { assignmentsText } from '../members/append-events.ts';
import { memberOf, type MemberColumns } from '../members/stored-member.ts';
import { touchedFiles } from '../releases/held-changes.ts';
import { damaged, readContents } from '../releases/release-files.ts';
import { events } from '../tables/entities.ts';
import type { ChangeRefusal } from '../../changes/asked-change.ts';
import type { RecordedFile } from '../../changes/reverted-files.ts';
import { revertedFiles } from '../../changes/reverted-files.ts';
import type { PublishedGround } from './database-ground.ts';
import type { KeptChange } from './kept-changes.ts';

/** A file before a change and after it; undefined: it was not there. */
export interface ChangedFile {
  readonly path: string;
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array | undefined;
}

/** The files that a release has and the one before it has not, or not so. */
export async function readChangedFiles(
  manager: EntityManager,
  database: Pick<Database, 'url'>,
  release: number,
): Promise<readonly ChangedFile[]> {
  const touched = await touchedFiles(manager, release);
  const digests = touched.flatMap(({ before, after }) => [before, after]).filter((digest) => digest !== null);
  const contents = await readContents(manager, database, new Set(digests));
  const contentOf = (path: string, digest: string | null): Uint8Array | undefined => {
    const content = digest === null ? undefined : contents.get(digest);
    if (digest !== null && !content) throw damaged(database, path, release);
    return content;
  };
  return touched.map(({ path, before, after }) => {
    return { path, before: contentOf(path, before), after: contentOf(path, after) };
  });
}

/** Files and memberships at run time without what a change did to them. What others did since elsewhere stays. */
export async function undoneChange(
  manager: EntityManager,
  database: Pick<Database, 'url'>,
  ground: PublishedGround,
  change: KeptChange,
): Promise<
  { readonly files: readonly SourceFile[]; readonly rows: readonly ChangedRow[] } | { readonly refusal: ChangeRefusal }
> {
  const changed = change.release === null ? [] : await readChangedFiles(manager, database, change.release);
  const reverted = revertedFiles(ground.files, { change: change.head.change, files: changed.map(recordOf) });
  if ('refusal' in reverted) return reverted;
  const rows = await undoneRows(manager, ground, change);
  return 'refusal' in rows ? rows : { files: reverted.files, rows: rows.rows };
}

function recordOf({ path, before, after }: ChangedFile): RecordedFile {
  return {
    path,
    after: after ? createHash('sha256').update(after).digest('hex') : null,
    undo: undoOf(textOf(before), textOf(after)),
  };
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function textOf(content: Uint8Array | undefined): string | null {
  return content === undefined ? null : decoder.decode(content);
}

// Whom somebody changed since holds something newer than what was taken.
async function undoneRows(
  manager: EntityManager,
  { members }: PublishedGround,
  { head, firstEvent, lastEvent }: KeptChange,
): Promise<{ readonly rows: readonly ChangedRow[] } | { readonly refusal: ChangeRefusal }> {
  const where = { sequence: Between(firstEvent, lastEvent), kind: 'member' as const };
  const found = await manager.find(events, { where, order: { sequence: 'ASC' } });
  const changed = new Map<string, ChangedRow & { readonly isAsked: boolean }>();
  for (const { sequence, token, ...row } of found) {
    if (row.placeKind === 'group') continue;
    const { placeKind, place, subjectType, subjectId } = row;
    const columns: MemberColumns = {
      ...{ place_kind: placeKind, place, subject_type: subjectType, subject_id: subjectId },
      ...{ sequence, token },
    };
    const [before, after] = [memberOf(columns, row.heldBefore ?? '[]'), memberOf(columns, row.heldAfter ?? '[]')];
    const key = keyOfRow(after);
    const known = changed.get(key);
    changed.set(key, {
      before: after,
      after: known?.after ?? before,
      isAsked: row.release === null || known?.isAsked === true,
    });
  }
  const rows: ChangedRow[] = [];
  for (const { before: left, after, isAsked } of changed.values()) {
    const now = members.get(after.place, after.subject.type, after.subject.id);
    if (assignmentsText(now?.assignments ?? []) === assignmentsText(left?.assignments ?? [])) {
      rows.push({ before: now, after: { ...after, sequence: 0, token: '' } });
    } else if (isAsked) {
      const who = `${quote(after.subject.id)} in ${after.place.kind} ${quote(after.place.id)}`;
      const message = `what ${who} holds was changed since change ${quote(head.change)} changed it`;
      const help = 'undo the later changes first, or make it as it was by new edits';
      return { refusal: { kind: 'conflict', code: 'changed-meanwhile', message, help } };
    }
  }
  return { rows };
}
