import { createHash } from 'node:crypto';
import { LessThan, type EntityManager } from 'typeorm';
import { casbinRows, type CasbinRows, holdOthers } from '../../../compile/casbin/casbin-rules.ts';
import { RuntimeMembers } from '../../../engine/runtime-members.ts';
import { RolebookError } from '../../../policy/errors.ts';
import { limits } from '../../../policy/limits.ts';
import type { PolicySet } from '../../../policy/policy-set.ts';
import { PolicyPlaces } from '../../../policy/policy-places.ts';
import type { SubjectId } from '../../../policy/subject.ts';
import type { DatabaseRevision } from '../../../policy/text/revision-text.ts';
import { handedOverOf, type DatabaseState, type RuntimeMember } from '../../../policy/runtime-member.ts';
import { withRuntimeMembers } from '../../../review/diff/matching/runtime-policy.ts';
import { findHandedOver, type HandedOver } from '../../../review/members/handed-over.ts';
import { findMissingHolders, type MissingHolders } from '../../../review/members/holder-rules.ts';
import { applyMoves, endedUnasked, type RuntimeMove } from '../../../review/members/runtime-moves.ts';
import { countPolicy } from '../../live/policy-counts.ts';
import type { Database } from '../database.ts';
import { casbinRules, releaseFiles, releases, type ReleaseRow } from '../tables/entities.ts';
import { insertRows, inChunks } from '../tables/insert-rows.ts';
import { readMembers, readState } from '../members/read-changes.ts';
import { tellNews } from '../connection/release-news.ts';
import { digestOfRelease } from '../tables/release-digest.ts';
import { insertContents } from './insert-contents.ts';
import { releaseOf, type PublishedRelease, type ReadFile } from './release.ts';
import { changeRules, countRules, digestRules, ruleRows } from './release-rules.ts';
import { readPublishedPolicy, requireKeptRules } from './require-kept-rules.ts';
import { requirePulled } from './held-changes.ts';
import { readHistoryTime } from '../members/history-time.ts';
import { planSettlement, renewMemberRules, settleRelease } from '../members/settle-members.ts';

/** A policy that compiled, and what is to be known of it later. */
export interface Publication {
  readonly policy: PolicySet;
  /** The files that decide; the policy was compiled from these. */
  readonly files: readonly ReadFile[];
  readonly commit: string | undefined;
  readonly author: string;
  /** Asked when the rows for Casbin are written, which have the memberships that hold then. */
  readonly now: () => number;
  /** The release that is published again: what later ones took from members at run time comes back. */
  readonly restores?: number;
  /** The commit that it undoes: what the release of that took from members at run time comes back. */
  readonly undoes?: string | undefined;
  /** How many memberships at run time somebody agreed to end that nobody names; none when left out. */
  readonly endMemberships?: number;
  /** What somebody was told of when they agreed: in any other state nothing is published. */
  readonly agreedState?: DatabaseState;
  /** The changes that the files have, as their folder says it; undefined: nobody asks whether some are missing. */
  readonly pulled?: readonly DatabaseRevision[];
  /** Who makes the change that this release is, and was judged with all that it does to members; undefined: none does. */
  readonly madeBy?: { readonly actor: SubjectId; readonly reason: string | undefined };
}

export interface PublishOutcome {
  /** `renewed`: the policy was published already, and other memberships hold by now. */
  readonly outcome: 'published' | 'renewed' | 'unchanged';
  readonly release: PublishedRelease;
  /** Of the database afterwards. */
  readonly state: DatabaseState;
  /** Memberships at run time that could not stay as they were, sorted. */
  readonly moves: readonly RuntimeMove[];
  /** What the files give and was handed over at run time, so that it does not hold. */
  readonly handedOver: readonly HandedOver[];
  /** Where too few hold a role that somebody must hold, as they did before. */
  readonly missingHolders: readonly MissingHolders[];
  /** What was published before. */
  readonly replaced: PublishedRelease | undefined;
}

/** The refusal to end memberships that nobody agreed to end, or not so many. Nothing was written. */
export class MembershipsEnd extends Error {
  /** What would end, sorted. */
  readonly ended: readonly RuntimeMove[];
  readonly agreed: number | undefined;

  constructor(ended: readonly RuntimeMove[], agreed: number | undefined) {
    super(`${ended.length} memberships at run time would end, and ${agreed ?? 'none'} may`);
    this.name = 'MembershipsEnd';
    this.ended = ended;
    this.agreed = agreed;
  }
}

/** A publication with all that it takes to write it. */
export interface Draft extends Publication, Rules {
  readonly contents: ReadonlyMap<string, Uint8Array>;
  readonly paths: readonly { readonly path: string; readonly digest: string }[];
  readonly onProgress: (progress: { readonly done: number; readonly total: number }) => void;
}

interface Rules {
  readonly rows: CasbinRows;
  readonly rulesDigest: string;
  /** The time of the memberships among them. */
  readonly rulesAtMs: number;
}

/**
 * Makes a policy the published one, in one transaction: whoever reads sees the old one or this one, whole. Memberships
 * at run time that it has no place for are moved or ended with it; rejects with `MembershipsEnd` when more or fewer would
 * end than somebody agreed to.
 */
export async function publishRelease(
  database: Pick<Database, 'url' | 'write'>,
  publication: Publication,
  onProgress: Draft['onProgress'] = () => undefined,
): Promise<PublishOutcome> {
  // All that takes time and needs no database is done before, so that others wait for the writing alone.
  const draft = { ...draftOf(publication), onProgress };
  const outcome = await database.write((manager) => {
    const rules = rulesNow(draft);
    return publish(manager, database.url, { ...draft, ...rules });
  });
  if (outcome instanceof MembershipsEnd) throw outcome;
  return outcome;
}

/** All of a publication that takes time and needs no database. */
export function draftOf(publication: Publication): Omit<Draft, 'onProgress'> {
  const contents = new Map<string, Uint8Array>();
  const paths = publication.files.map(({ path, content }) => {
    const digest = createHash('sha256').update(content).digest('hex');
    contents.set(digest, content);
    return { path, digest };
  });
  return { ...publication, ...rulesAt(publication.policy, publication.now()), contents, paths };
}

/** Writes a release that a change makes, in a transaction of others. */
export async function writeRelease(
  manager: EntityManager,
  url: Database['url'],
  draft: Omit<Draft, 'onProgress'> & Required<Pick<Publication, 'madeBy'>>,
): Promise<PublishOutcome> {
  const whole = { ...draft, onProgress: () => undefined };
  const outcome = await publish(manager, url, { ...whole, ...rulesNow(whole) });
  if (outcome instanceof MembershipsEnd) throw outcome;
  return outcome;
}

function rulesAt(policy: PolicySet, rulesAtMs: number): Rules {
  const rows = casbinRows(policy, rulesAtMs);
  return { rows, rulesDigest: digestRules(rows), rulesAtMs };
}

// Whoever waited in the queue may have missed that a membership began or ended.
function rulesNow({ policy, now, ...draft }: Draft): Rules {
  const { rows, rulesDigest, rulesAtMs } = draft;
  const atMs = now();
  return holdOthers(policy, rulesAtMs, atMs) ? rulesAt(policy, atMs) : { rows, rulesDigest, rulesAtMs: atMs };
}

async function publish(
  manager: EntityManager,
  url: Database['url'],
  draft: Draft,
): Promise<PublishOutcome | MembershipsEnd> {
  await requireAgreed(manager, draft);
  const [newest] = await manager.find(releases, { order: { sequence: 'DESC' }, take: 1 });
  if (newest && draft.pulled) await requirePulled(manager, url, newest.sequence, { ...draft, pulled: draft.pulled });
  const isKnown = newest !== undefined && (await isPublished(manager, newest, draft));
  if (isKnown && draft.restores === undefined) return renew(manager, newest, draft, await readMembers(manager));
  const plan = await planSettlement(manager, draft.policy, draft, () =>
    readPublishedPolicy(manager, url, draft.rulesAtMs),
  );
  const after = applyMoves(
    plan.stored.map(({ member }) => member),
    plan.moves,
  );
  if (isKnown && plan.moves.length === 0) return renew(manager, newest, draft, after);
  const ended = endedUnasked(plan.moves);
  // Nothing is written up to here, so a transaction that ends with a refusal has done nothing.
  if (!draft.madeBy) {
    if (ended.length !== (draft.endMemberships ?? 0)) return new MembershipsEnd(ended, draft.endMemberships);
    await requireKeptRules(manager, url, draft, plan);
  }
  const ready = withoutHandedOver(draft, after);
  const publishedAt = await readHistoryTime(manager);
  const release: ReleaseRow = {
    sequence: (newest?.sequence ?? 0) + 1,
    digest: draft.policy.digest,
    revision: draft.policy.revision,
    commit: draft.commit ?? null,
    author: draft.author,
    publishedAt,
    restores: draft.restores ?? null,
    counts: JSON.stringify(countPolicy(draft.policy)),
    ...rulesOf(ready),
    // In another order, so that the next publication writes them anew.
    ...(draft.madeBy ? { rulesDigest: '' } : {}),
  };
  await (draft.madeBy ? changeRules(manager, ready.rows) : replaceRules(manager, ready));
  await insertContents(manager, url.kind, draft.contents);
  await insertRows(manager, releases, [release]);
  await insertRows(
    manager,
    releaseFiles,
    draft.paths.map((file) => ({ sequence: release.sequence, ...file })),
  );
  const { author, madeBy, rulesAtMs } = draft;
  const by = { author, madeBy, release: release.sequence, publishedAt, rulesAtMs };
  const settled = await settleRelease(manager, plan, by);
  await tellNews(manager, url.kind);
  return {
    outcome: 'published',
    release: releaseOf(release),
    ...settled,
    ...tellHolders(draft.policy, after),
    replaced: newest && releaseOf(newest),
  };
}

// Files that are not what was published are published anew, so that sidecars find them.
async function isPublished(manager: EntityManager, newest: ReleaseRow, { policy }: Draft): Promise<boolean> {
  return newest.digest === policy.digest && (await digestOfRelease(manager, newest.sequence)) === policy.digest;
}

async function requireAgreed(manager: EntityManager, { agreedState }: Draft): Promise<void> {
  if (!agreedState) return;
  const state = await readState(manager);
  if (state?.sequence === agreedState.sequence && state.token === agreedState.token) return;
  const help = 'run it again, to be told of what holds by now';
  throw new RolebookError('unavailable', 'the policy or its members changed meanwhile; nothing was published', {
    help,
  });
}

// The same policy at another time: other memberships may hold by now, and no sidecar needs to hear of it.
async function renew(
  manager: EntityManager,
  newest: ReleaseRow,
  given: Draft,
  members: readonly RuntimeMember[],
): Promise<PublishOutcome> {
  const draft = withoutHandedOver(given, members);
  const isSame = newest.rulesDigest === draft.rulesDigest && (await hasAllRules(manager, newest));
  const rules = isSame ? {} : rulesOf(draft);
  if (!isSame) {
    await replaceRules(manager, draft);
    await manager.update(releases, { sequence: newest.sequence }, rules);
  }
  const { state, isRenewed } = await renewMemberRules(manager, draft.policy, draft.rulesAtMs);
  const release = releaseOf({ ...newest, ...rules });
  const outcome = isSame && !isRenewed ? 'unchanged' : 'renewed';
  return { outcome, release, state, moves: [], ...tellHolders(draft.policy, members), replaced: release };
}

function tellHolders(
  policy: PolicySet,
  members: readonly RuntimeMember[],
): Pick<PublishOutcome, 'handedOver' | 'missingHolders'> {
  const missingHolders = findMissingHolders(policy, new RuntimeMembers(members));
  return { handedOver: findHandedOver(policy, members), missingHolders };
}

// The files give it, and nobody holds it: Casbin is not told of it either.
function withoutHandedOver(draft: Draft, members: readonly RuntimeMember[]): Draft {
  const some = members.filter((member) => handedOverOf(member).length > 0);
  if (some.length === 0) return draft;
  return { ...draft, ...rulesAt(withRuntimeMembers(new PolicyPlaces(draft.policy), some), draft.rulesAtMs) };
}

function rulesOf({ rulesAtMs, rows, rulesDigest }: Draft): Pick<ReleaseRow, 'rulesAt' | 'rules' | 'rulesDigest'> {
  return { rulesAt: new Date(rulesAtMs).toISOString(), rules: countRules(rows), rulesDigest };
}

// Somebody with a database client may have been at the rows.
async function hasAllRules(manager: EntityManager, { rulesDigest }: ReleaseRow): Promise<boolean> {
  const rows = await manager.query<Record<string, string | null>[]>(
    'SELECT ptype, v0, v1, v2, v3, v4, v5, v6 FROM casbin_rule WHERE id < 0 ORDER BY id',
  );
  const found: Record<string, string[][]> = { p: [], g: [] };
  for (const { ptype, ...values } of rows) {
    const row = Object.values(values).filter((value) => value !== null);
    (found[ptype ?? ''] ??= []).push(row);
  }
  const { p = [], g = [], ...others } = found;
  return Object.keys(others).length === 0 && digestRules({ p, g }) === rulesDigest;
}

async function replaceRules(manager: EntityManager, { rows, onProgress }: Draft): Promise<void> {
  await manager.delete(casbinRules, { id: LessThan(0) });
  const total = countRules(rows);
  let done = 0;
  for (const chunk of inChunks(ruleRows(rows), limits.databaseRowsAtOnce)) {
    await insertRows(manager, casbinRules, chunk);
    done += chunk.length;
    onProgress({ done, total });
  }
}
