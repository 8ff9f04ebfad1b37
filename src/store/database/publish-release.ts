import { createHash } from 'node:crypto';
import { LessThan, In, type EntityManager } from 'typeorm';
import { casbinRows, type CasbinRows } from '../../compile/casbin-rules.ts';
import { limits } from '../../policy/limits.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import { countPolicy } from '../policy-counts.ts';
import type { Database } from './database.ts';
import { casbinRules, fileContents, releaseFiles, releases, type ReleaseRow } from './entities.ts';
import { inChunks } from './in-chunks.ts';
import { releaseChannel } from './release-channel.ts';
import { releaseOf, type PublishedRelease, type ReadFile } from './release.ts';
import { countRules, digestRules, ruleRows } from './rule-rows.ts';

/** A policy that compiled, and what is to be known of it later. */
export interface Publication {
  readonly policy: PolicySet;
  /** The files that decide; the policy was compiled from these. */
  readonly files: readonly ReadFile[];
  readonly commit: string | undefined;
  readonly author: string;
  /** Now, and the time of the memberships in the rows for Casbin. */
  readonly atMs: number;
  readonly restores?: number;
}

export interface PublishOutcome {
  /** `renewed`: the revision was published already, and other memberships hold by now. */
  readonly outcome: 'published' | 'renewed' | 'unchanged';
  readonly release: PublishedRelease;
}

interface Draft extends Publication {
  readonly rows: CasbinRows;
  readonly digest: string;
  readonly contents: ReadonlyMap<string, Uint8Array>;
  readonly paths: readonly { readonly path: string; readonly digest: string }[];
  readonly onProgress: (progress: { readonly done: number; readonly total: number }) => void;
}

/**
 * Makes a policy the published one, in one transaction: whoever reads sees the old one or this one, whole. The rows of
 * run-time memberships stay.
 */
export async function publishRelease(
  database: Database,
  publication: Publication,
  onProgress: Draft['onProgress'] = () => undefined,
): Promise<PublishOutcome> {
  // All that takes time and needs no database is done before, so that others wait for the writing alone.
  const draft = { ...draftOf(publication), onProgress };
  return database.write((manager) => publish(manager, database.url.kind, draft));
}

function draftOf(publication: Publication): Omit<Draft, 'onProgress'> {
  const rows = casbinRows(publication.policy, publication.atMs);
  const contents = new Map<string, Uint8Array>();
  const paths = publication.files.map(({ path, content }) => {
    const digest = createHash('sha256').update(content).digest('hex');
    contents.set(digest, content);
    return { path, digest };
  });
  return { ...publication, rows, digest: digestRules(rows), contents, paths };
}

async function publish(manager: EntityManager, kind: keyof typeof fileContents, draft: Draft): Promise<PublishOutcome> {
  const [newest] = await manager.find(releases, { order: { sequence: 'DESC' }, take: 1 });
  const isSameRevision = newest?.revision === draft.policy.revision;
  if (newest && isSameRevision && newest.rulesDigest === draft.digest && (await hasAllRules(manager, newest))) {
    return { outcome: 'unchanged', release: releaseOf(newest) };
  }
  await replaceRules(manager, draft);
  const now = new Date(draft.atMs).toISOString();
  const rules = { rulesAt: now, rules: countRules(draft.rows), rulesDigest: draft.digest };
  if (newest && isSameRevision) {
    await manager.update(releases, { sequence: newest.sequence }, rules);
    return { outcome: 'renewed', release: releaseOf({ ...newest, ...rules }) };
  }
  const release: ReleaseRow = {
    sequence: (newest?.sequence ?? 0) + 1,
    revision: draft.policy.revision,
    commit: draft.commit ?? null,
    author: draft.author,
    publishedAt: now,
    restores: draft.restores ?? null,
    counts: JSON.stringify(countPolicy(draft.policy)),
    ...rules,
  };
  await insertContents(manager, kind, draft.contents);
  await insert(manager, releases, [release]);
  const files = draft.paths.map((file) => ({ sequence: release.sequence, ...file }));
  for (const chunk of inChunks(files, limits.databaseRowsAtOnce)) await insert(manager, releaseFiles, chunk);
  // Sent when the transaction is kept, and not before.
  if (kind === 'postgres') await manager.query(`NOTIFY ${releaseChannel}`);
  return { outcome: 'published', release: releaseOf(release) };
}

// Somebody with a database client may have been at the rows.
async function hasAllRules(manager: EntityManager, { rules }: ReleaseRow): Promise<boolean> {
  return (await manager.countBy(casbinRules, { id: LessThan(0) })) === rules;
}

async function replaceRules(manager: EntityManager, { rows, onProgress }: Draft): Promise<void> {
  await manager.delete(casbinRules, { id: LessThan(0) });
  const total = countRules(rows);
  let done = 0;
  for (const chunk of inChunks(ruleRows(rows), limits.databaseRowsAtOnce)) {
    await insert(manager, casbinRules, chunk);
    done += chunk.length;
    onProgress({ done, total });
  }
}

// What a file held in an earlier release is there already.
async function insertContents(
  manager: EntityManager,
  kind: keyof typeof fileContents,
  contents: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  const table = fileContents[kind];
  for (const digests of inChunks(contents.keys(), limits.databaseRowsAtOnce)) {
    const known = await manager.find(table, { select: { digest: true }, where: { digest: In(digests) } });
    const there = new Set(known.map(({ digest }) => digest));
    // Files are large, so fewer go into one statement.
    const missing = digests.filter((digest) => !there.has(digest));
    for (const chunk of inChunks(missing, filesAtOnce)) {
      await insert(
        manager,
        table,
        chunk.map((digest) => ({ digest, content: Buffer.from(contents.get(digest) ?? []) })),
      );
    }
  }
}

const filesAtOnce = 16;

// Not `save`, which asks for each row first whether it is there.
async function insert(
  manager: EntityManager,
  table: { readonly options: { readonly name: string } },
  rows: readonly object[],
): Promise<void> {
  await manager
    .createQueryBuilder()
    .insert()
    .into(table.options.name)
    .values([...rows])
    .updateEntity(false)
    .execute();
}
