import { createHash } from 'node:crypto';
import { IsNull, LessThanOrEqual, Not, type EntityManager } from 'typeorm';
import { sortByPath } from '../../../compile/revision.ts';
import { RolebookError } from '../../../policy/errors.ts';
import { revisionToken } from '../../../policy/text/history-token.ts';
import type { DatabaseRevision } from '../../../policy/text/revision-text.ts';
import { damagedRow } from '../damaged-row.ts';
import type { Database } from '../database.ts';
import { changes, events, mostSequence, releases, type ChangeRow } from '../tables/entities.ts';
import { listFiles } from './release-files.ts';

/** A change that made a release, as far as a publication must know it. */
export interface HeldChange {
  readonly id: string;
  readonly madeAt: string;
  readonly release: number;
  /** As JSON. */
  readonly head: string;
}

/** The refusal of files without changes that are published. Nothing was published. */
export class ChangesNotPulled extends RolebookError {
  readonly missing: readonly HeldChange[];

  constructor(missing: readonly HeldChange[], url: Database['url']) {
    const what = missing.length === 1 ? '1 change' : `${missing.length} changes`;
    const help = '`rolebook pull` writes them into the folder; then publish that';
    super('configuration', `${what} made in \`${url.shown}\` would be undone; nothing was published`, { help });
    this.name = 'ChangesNotPulled';
    this.missing = missing;
  }
}

/** Throws where the newest release holds changes that files do not have. */
export async function requirePulled(
  manager: EntityManager,
  url: Database['url'],
  newest: number,
  {
    files,
    pulled,
  }: {
    readonly files: readonly { readonly path: string; readonly content: Uint8Array }[];
    readonly pulled: readonly DatabaseRevision[];
  },
): Promise<void> {
  const missing = await findMissing(manager, newest, pulled);
  if (missing.length === 0) return;
  const held = new Map((await listFiles(manager, newest)).map(({ path, digest }) => [path, digest]));
  const given = new Map(files.map(({ path, content }) => [path, createHash('sha256').update(content).digest('hex')]));
  const lacking: HeldChange[] = [];
  for (const change of missing) {
    const touched = await touchedFiles(manager, change.release);
    if (touched.some(({ path }) => held.get(path) !== given.get(path))) lacking.push(change);
  }
  if (lacking.length > 0) throw new ChangesNotPulled(lacking, url);
}

/** The changes that a release holds and that were not pulled yet, the oldest first. */
export async function findMissing(
  manager: EntityManager,
  newest: number,
  pulled: readonly DatabaseRevision[],
): Promise<readonly HeldChange[]> {
  const found = await manager.find(changes, { where: { release: Not(IsNull()) }, order: { release: 'ASC' } });
  if (found.length === 0) return [];
  const made = new Map(found.flatMap((row) => (isHeld(row) ? [[row.release, row]] : [])));
  const lineage = await manager.find(releases, { select: { sequence: true, restores: true } });
  const restores = new Map(lineage.map((row) => [row.sequence, row.restores]));
  const has = new Set<number>();
  for (const revision of pulled) {
    const release = await findRelease(manager, revision);
    for (const one of release === undefined ? [] : heldBy(release, restores, made)) has.add(one);
  }
  return [...heldBy(newest, restores, made)]
    .filter((release) => !has.has(release))
    .sort((left, right) => left - right)
    .flatMap((release) => made.get(release) ?? []);
}

function isHeld(row: ChangeRow): row is ChangeRow & { readonly release: number } {
  return row.release !== null;
}

// A publication has all changes of the release before it: it would have been refused otherwise. A rollback has those of
// the release that it restores.
function heldBy(
  release: number,
  restores: ReadonlyMap<number, number | null>,
  made: ReadonlyMap<number, unknown>,
): ReadonlySet<number> {
  const held = new Set<number>();
  for (let at = release; at > 0;) {
    if (made.has(at)) held.add(at);
    const restored = restores.get(at) ?? null;
    at = restored === null || restored >= at ? at - 1 : restored;
  }
  return held;
}

/** The release that was the newest at a revision; undefined: it is not of this history. */
export async function findRelease(
  manager: EntityManager,
  { sequence, token }: DatabaseRevision,
): Promise<number | undefined> {
  if (token === undefined || sequence > mostSequence) return undefined;
  const event = await manager.findOneBy(events, { sequence });
  if (!event || revisionToken(event.token) !== token) return undefined;
  const where = { sequence: LessThanOrEqual(sequence), kind: 'release' as const };
  const last = await manager.findOne(events, { where, order: { sequence: 'DESC' } });
  return last?.release ?? undefined;
}

/** A file that a release has otherwise than the one before it, by the digests of its contents; null: it has none. */
export interface ReleasedFile {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** The files that a release has otherwise than the one before it. Of ten thousand files the database tells the few. */
export async function touchedFiles(manager: EntityManager, release: number): Promise<readonly ReleasedFile[]> {
  // Numbers of this code, so nothing needs an escape.
  const [is, was] = [Math.trunc(release), Math.trunc(release) - 1];
  const rows = await manager.query<Record<keyof ReleasedFile, unknown>[]>(
    `SELECT fresh.path AS path, old.digest AS before, fresh.digest AS after FROM rolebook_release_file fresh
      LEFT JOIN rolebook_release_file old ON old.sequence = ${was} AND old.path = fresh.path
      WHERE fresh.sequence = ${is} AND (old.digest IS NULL OR old.digest <> fresh.digest)
     UNION ALL SELECT old.path, old.digest, NULL FROM rolebook_release_file old
      LEFT JOIN rolebook_release_file fresh ON fresh.sequence = ${is} AND fresh.path = old.path
      WHERE old.sequence = ${was} AND fresh.path IS NULL`,
  );
  // SQLite keeps anything in any column.
  const isText = ({ path }: { readonly path: unknown }): boolean => typeof path === 'string';
  if (!rows.every(isText)) throw damagedRow(`release ${release}`, 'has a path that is no text');
  return sortByPath(rows as unknown as readonly ReleasedFile[]);
}
