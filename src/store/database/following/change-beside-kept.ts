import { PolicyPlaces } from '../../../policy/policy-places.ts';
import type { RuntimeAssignment, RuntimeMember } from '../../../policy/runtime-member.ts';
import { judgeRemoval, type JudgedEnd } from '../../../review/access/judge-removal.ts';
import type { ChangeFault } from '../../../review/members/assignment-rules.ts';
import { isSameGrant, takesOnly } from '../../../review/budget/fitting-member.ts';
import { judgeMemberChange, rowsOfChange } from '../../../review/members/judge-member-change.ts';
import { runInSlices } from '../../turns.ts';
import { changeMember } from '../members/change-member.ts';
import {
  MemberChangeDenied,
  type Judgement,
  type MemberChangeHooks,
  type MemberChangeRequest,
  type MemberChangeResult,
} from '../members/member-change.ts';
import { removeSubject, type SubjectRemovalRequest, type SubjectRemovalResult } from '../members/remove-subject.ts';
import { nothingPublished } from '../releases/release-files.ts';
import { MissedRelease, type ChangeSurroundings } from './change-surroundings.ts';
import type { KeptRelease } from './kept-release.ts';
import type { LiveRelease } from './live-state.ts';

/**
 * Changes a membership while a release is kept back, in the database and in what decides before it resolves. Who takes
 * something away is judged by the live policy alone, so that a revocation never waits for another one; who gives
 * something is judged by both.
 */
export async function changeBesideKept(
  surroundings: ChangeSurroundings,
  kept: KeptRelease,
  asked: MemberChangeRequest,
  now: () => number,
): Promise<MemberChangeResult> {
  const { connection, live, catchUp } = surroundings;
  const { members } = kept;
  const here: MemberChangeRequest = { ...asked, place: members.placeHere(asked.place) };
  const there: MemberChangeRequest = { ...asked, place: members.placeThere(asked.place) };
  const { type, id } = asked.subject;
  const deciding = (): RuntimeMember | undefined => live.members.get(here.place, type, id);
  let judged: Judgement | undefined;
  const result = await changeMember(await connection.writer(), there, {
    ...hooksBeside(surroundings, kept),
    deciding,
    judge: (before) => {
      const verdict = judgeBoth(
        releasesOf(surroundings, kept),
        { here, there },
        { deciding: deciding(), before },
        now(),
      );
      judged = verdict.here;
      return verdict.there;
    },
  });
  const { after, replaced, state, outcome } = result;
  if (outcome === 'changed' && judged && surroundings.kept() === kept) {
    const changed = after ?? { place: there.place, subject: there.subject, assignments: [], ...state };
    const other = judged.replaced;
    members.changeJudged(
      replaced ? [replaced, changed] : [changed],
      [
        ...(other && replaced ? [{ ...replaced, ...heldAt(here, other) }] : []),
        { ...changed, ...heldAt(here, { subject: here.subject, assignments: judged.assignments ?? here.assignments }) },
      ],
      state,
    );
  }
  if (!isKnown(surroundings, state.sequence)) await catchUp();
  // As whoever asked is answered here from now on.
  const revision = surroundings.kept() === kept ? live.release?.engine.policy.revision : undefined;
  return revision === undefined ? result : { ...result, revision };
}

/** Ends all memberships of a subject in the same way: those of the live policy, which judges it, and of the other one. */
export async function removeBesideKept(
  surroundings: ChangeSurroundings,
  kept: KeptRelease,
  request: SubjectRemovalRequest,
  now: () => number,
): Promise<SubjectRemovalResult> {
  const { connection, live, catchUp } = surroundings;
  const { published, members } = kept;
  let ends: readonly JudgedEnd[] = [];
  const result = await removeSubject(await connection.writer(), request, {
    ...hooksBeside(surroundings, kept),
    judge: async () => {
      const { here, there } = releasesOf(surroundings, kept);
      const atMs = now();
      const verdict = await runInSlices(judgeRemoval({ engine: here.engine, members: live.members, atMs }, request));
      if (verdict.fault) throw new MemberChangeDenied(verdict.fault);
      ({ ends } = verdict);
      const ground = { engine: there.engine, members: published.members, atMs };
      const other = await runInSlices(judgeRemoval(ground, request));
      const endsThere = other.fault ? [] : other.ends;
      const known = new Set(endsThere.map(({ member }) => member));
      // What that policy does not let the actor take, or has no more, is taken all the same where it decides here.
      const more = ends.flatMap(({ member }): JudgedEnd[] => {
        const place = members.placeThere(member.place);
        const stored = published.members.get(place, member.subject.type, member.subject.id);
        if (stored && known.has(stored)) return [];
        const change = { place, subject: member.subject, assignments: [] };
        const { others } = rowsOfChange({ policy: there.engine.policy, members: published.members, atMs }, change);
        return [{ member: stored ?? { ...member, place }, others }];
      });
      return [...endsThere, ...more];
    },
  });
  const { ended, state } = result;
  if (ended.length > 0 && surroundings.kept() === kept) {
    const here = ends.map(({ member }) => ({ ...member, assignments: [], ...state }));
    members.changeJudged(ended, here, state);
  }
  if (!isKnown(surroundings, state.sequence)) await catchUp();
  // By the ids that whoever asked knows.
  const told = { ...result, removed: ends.map(({ member }) => member) };
  const revision = surroundings.kept() === kept ? live.release?.engine.policy.revision : undefined;
  return revision === undefined ? told : { ...told, revision };
}

interface BothReleases {
  readonly here: LiveRelease;
  readonly there: LiveRelease;
}

function releasesOf({ connection, live, kept: current }: ChangeSurroundings, kept: KeptRelease): BothReleases {
  if (current() !== kept) throw new MissedRelease();
  const [here, there] = [live.release, kept.published.release];
  if (!here || !there) throw nothingPublished(connection);
  return { here, there };
}

function hooksBeside(
  { connection, kept: current }: ChangeSurroundings,
  kept: KeptRelease,
): Pick<MemberChangeHooks, 'since' | 'onMissed'> {
  const { state: since } = kept.published;
  if (!since) throw nothingPublished(connection);
  return {
    since,
    onMissed: (changes) => {
      if (changes === 'unknown' || changes.hasRelease || current() !== kept) throw new MissedRelease();
      kept.members.change(changes.members, changes.state);
    },
  };
}

function isKnown({ live, kept }: ChangeSurroundings, sequence: number): boolean {
  return ((kept()?.published ?? live).state?.sequence ?? 0) >= sequence;
}

/** The verdict of the live policy, and what is to be written for the published one. */
function judgeBoth(
  releases: BothReleases,
  asked: { readonly here: MemberChangeRequest; readonly there: MemberChangeRequest },
  held: { readonly deciding: RuntimeMember | undefined; readonly before: RuntimeMember | undefined },
  atMs: number,
): { readonly here: Judgement; readonly there: Judgement } {
  const [here, there] = [groundOf(releases.here, atMs), groundOf(releases.there, atMs)];
  const verdict = judgeMemberChange(here, asked.here, held.deciding);
  if (verdict.fault) throw new MemberChangeDenied(verdict.fault);
  const { place, subject, assignments: wanted, inPlaceOf } = asked.there;
  const places = new PolicyPlaces(there.policy);
  const takes = !inPlaceOf && takesOnly(held.deciding, wanted) && (wanted.length === 0 || places.has(place));
  if (!takes) {
    const other = judgeMemberChange(there, asked.there, held.before);
    if (other.fault) throw new MemberChangeDenied(faultOf(other.fault, there.policy.revision));
    return { here: verdict, there: other };
  }
  // The same roles by the ids that they have there, and no more than is held there.
  const kept = wanted.map((one): RuntimeAssignment => {
    const heir = places.roleAt(place, one.role) ? undefined : places.heirAt(place, one.role);
    return heir ? { ...one, role: heir.id } : one;
  });
  const stored = held.before?.assignments ?? [];
  const assignments = stored.filter((one) => kept.some((other) => isSameGrant(one, other)));
  const isTold = (held.deciding?.assignments.length ?? 0) > wanted.length;
  return { here: verdict, there: { assignments, isTold, ...rowsOfChange(there, { place, subject, assignments }) } };
}

function groundOf({ engine: { policy }, members }: LiveRelease, atMs: number): Parameters<typeof rowsOfChange>[0] {
  return { policy, members, atMs };
}

function faultOf(fault: ChangeFault, revision: string): ChangeFault {
  return { ...fault, message: `${fault.message}, by policy ${revision}, which waits to be accepted` };
}

function heldAt(
  { place }: MemberChangeRequest,
  { subject, assignments }: Pick<RuntimeMember, 'subject' | 'assignments'>,
): Pick<RuntimeMember, 'place' | 'subject' | 'assignments'> {
  return { place, subject, assignments };
}
