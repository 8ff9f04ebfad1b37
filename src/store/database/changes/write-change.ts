import type { EntityManager } from 'typeorm';
import { rowsBeside } from '../../../compile/casbin/rows-beside.ts';
import { runtimeRows } from '../../../compile/casbin/runtime-rows.ts';
import { RuntimeMembers } from '../../../engine/runtime-members.ts';
import { formatDatabaseRevision } from '../../../policy/database-revision.ts';
import { changedMemberships } from '../../../policy/membership/changed-memberships.ts';
import type { GivenMemberships } from '../../../policy/membership/given-roles.ts';
import { PolicyPlaces } from '../../../policy/policy-places.ts';
import type { PolicySet } from '../../../policy/policy-set.ts';
import type { DatabaseState, RuntimeMember } from '../../../policy/runtime-member.ts';
import { revisionToken } from '../../../policy/text/history-token.ts';
import type { Database } from '../database.ts';
import { tellNews } from '../connection/release-news.ts';
import { appendEvents } from '../members/append-events.ts';
import { readHistoryTime } from '../members/history-time.ts';
import {
  eventOf,
  findStoredMember,
  isChanged,
  keepStored,
  prepareMember,
  renewRules,
} from '../members/prepared-member.ts';
import { readMembers, readState } from '../members/read-changes.ts';
import { writeRelease, type Draft } from '../releases/publish-release.ts';
import type { AskedChange, MadeChange } from '../../changes/asked-change.ts';
import type { PublishedGround } from './database-ground.ts';
import { findByKey, keepChange, type KeptChange } from './kept-changes.ts';

/** A change that was judged, and all that is to be written of it. */
export interface PlannedChange {
  readonly asked: AskedChange;
  readonly ground: PublishedGround;
  /** The release that it makes; undefined: it changes memberships at run time alone. */
  readonly draft: (Omit<Draft, 'onProgress'> & Required<Pick<Draft, 'madeBy'>>) | undefined;
  /** The policy that decides then. */
  readonly policy: PolicySet;
  readonly rows: readonly RuntimeMember[];
  readonly etags: KeptChange['etags'];
  readonly head: Omit<MadeChange, 'change' | 'at' | 'revision' | 'written'>;
}

export type WriteOutcome =
  | { readonly kind: 'written'; readonly head: MadeChange }
  /** The key was sent before. */
  | { readonly kind: 'made'; readonly made: KeptChange }
  /** It was judged on what is not so any more. */
  | { readonly kind: 'again' };

/**
 * Writes a change with all that comes with it: the release, its events, rows and memberships, and the change itself. In
 * one transaction, which the caller has begun: all of it is there, or nothing.
 */
export async function writeChange(
  manager: EntityManager,
  url: Database['url'],
  planned: PlannedChange,
  nowMs: number,
): Promise<WriteOutcome> {
  const { asked, ground, draft, policy } = planned;
  const made = await findByKey(manager, asked, nowMs);
  if (made) return { kind: 'made', made };
  const found = await readState(manager);
  const { sequence, token } = ground.state;
  if (found?.sequence !== sequence || found.token !== token) return { kind: 'again' };
  const published = draft && (await writeRelease(manager, url, draft));
  const state = await writeRows(manager, planned, published?.state, nowMs);
  const written = published ? { release: published.release.sequence } : { members: planned.rows.length };
  const head: MadeChange = {
    change: changeId(state),
    at: await readHistoryTime(manager),
    ...planned.head,
    revision: formatDatabaseRevision(policy.revision, state),
    written,
  };
  const range = { firstEvent: sequence + 1, lastEvent: state.sequence };
  await keepChange(
    manager,
    { head, etags: planned.etags, ...range, release: published?.release.sequence ?? null },
    asked,
  );
  if (!published) await tellNews(manager, url.kind);
  return { kind: 'written', head };
}

const sequenceDigits = 10;

// In the order of the history, and of no other history.
function changeId({ sequence, token }: DatabaseState): string {
  return `${String(sequence).padStart(sequenceDigits, '0')}-${revisionToken(token)}`;
}

async function writeRows(
  manager: EntityManager,
  { asked: { actor, reason }, ground, policy, rows }: PlannedChange,
  reached: DatabaseState | undefined,
  nowMs: number,
): Promise<DatabaseState> {
  const start = reached ?? ground.state;
  if (rows.length === 0) return start;
  const places = new PolicyPlaces(policy);
  const before: GivenMemberships = reached ? new RuntimeMembers(await readMembers(manager)) : ground.members;
  const after = rows.reduce(changedMemberships, before);
  const prepared = [];
  for (const row of rows) {
    const found = await findStoredMember(manager, row.place, row.subject);
    prepared.push(
      prepareMember(found, { assignments: row.assignments, gRows: runtimeRows(places, row, nowMs, after) }),
    );
  }
  const changed = prepared.filter(isChanged);
  const drafts = changed.map((one) => eventOf(one, { actor, reason }));
  const states = drafts.length === 0 ? [] : await appendEvents(manager, start, drafts, await readHistoryTime(manager));
  for (const one of prepared) await keepStored(manager, one, states[changed.indexOf(one)]);
  await renewRules(manager, rowsBeside(places, rows, nowMs, { before, after }));
  return states.at(-1) ?? start;
}
