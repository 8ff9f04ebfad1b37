import { RolebookError } from '../../../policy/errors.ts';
import type { RuntimeMember } from '../../../policy/runtime-member.ts';
import { judgeRemoval } from '../../../review/access/judge-removal.ts';
import { judgeMemberChange } from '../../../review/members/judge-member-change.ts';
import { placeNow } from '../../../review/members/renamed-places.ts';
import { changeMember } from '../members/change-member.ts';
import { changeBesideKept, removeBesideKept } from './change-beside-kept.ts';
import { MissedRelease, type ChangeSurroundings } from './change-surroundings.ts';
import type { LiveRelease, LiveState } from './live-state.ts';
import {
  MemberChangeDenied,
  type Judgement,
  type MemberChangeRequest,
  type MemberChangeResult,
} from '../members/member-change.ts';
import { isRefusal } from '../database-fault.ts';
import { WriteFaults } from './write-faults.ts';
import { removeSubject, type SubjectRemovalRequest, type SubjectRemovalResult } from '../members/remove-subject.ts';
import { runInSlices } from '../../turns.ts';
import { nothingPublished } from '../releases/release-files.ts';

const mostTries = 4;

/**
 * Changes a membership in the database, and in what is live before it resolves. The judge is asked when everything that
 * happened before is live, by the time of that turn. Rejects with a `MemberChangeDenied` when it may not be changed.
 */
export async function changeLiveMember(
  surroundings: ChangeSurroundings,
  request: MemberChangeRequest,
  now: () => number,
  faults: WriteFaults = new WriteFaults('memberships'),
): Promise<MemberChangeResult> {
  return tryAgain(surroundings, faults, async () => {
    const result = await tryChange(surroundings, request, now);
    if (result.outcome === 'changed') faults.noteWritten();
    return result;
  });
}

/** Ends all memberships of a subject in the same way. */
export async function removeLiveSubject(
  surroundings: ChangeSurroundings,
  request: SubjectRemovalRequest,
  now: () => number,
  faults: WriteFaults = new WriteFaults('memberships'),
): Promise<SubjectRemovalResult> {
  return tryAgain(surroundings, faults, async () => {
    const result = await tryRemoval(surroundings, request, now);
    if (result.removed.length > 0) faults.noteWritten();
    return result;
  });
}

async function tryAgain<Result>(
  surroundings: ChangeSurroundings,
  faults: WriteFaults,
  attempt: () => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (isRefusal(error)) faults.noteFault(error);
      if (!(error instanceof MissedRelease)) throw error;
      if (tries === mostTries) throw notCaughtUp(surroundings);
      await surroundings.catchUp();
    }
  }
}

async function tryChange(
  surroundings: ChangeSurroundings,
  asked: MemberChangeRequest,
  now: () => number,
): Promise<MemberChangeResult> {
  const { connection, live } = surroundings;
  const kept = surroundings.kept();
  if (kept) return changeBesideKept(surroundings, kept, asked, now);
  const { release, state: since } = live;
  if (!release || !since) throw nothingPublished(connection);
  // By the id that the place has in this release, which another one may have given to it since.
  const request = { ...asked, place: placeNow(release.engine.policy, asked.place) };
  const database = await connection.writer();
  const result = await changeMember(database, request, {
    since,
    onMissed: (changes) => {
      if (changes === 'unknown' || changes.hasRelease || live.release !== release) throw new MissedRelease();
      live.change(changes);
    },
    judge: (before) => judge(live, request, before, now()),
  });
  await takeOver(surroundings, request, result, release);
  return result;
}

async function tryRemoval(
  surroundings: ChangeSurroundings,
  request: SubjectRemovalRequest,
  now: () => number,
): Promise<SubjectRemovalResult> {
  const { connection, live, catchUp } = surroundings;
  const kept = surroundings.kept();
  if (kept) return removeBesideKept(surroundings, kept, request, now);
  const { release, state: since } = live;
  if (!release || !since) throw nothingPublished(connection);
  const { engine } = release;
  const result = await removeSubject(await connection.writer(), request, {
    since,
    onMissed: (changes) => {
      if (changes === 'unknown' || changes.hasRelease || live.release !== release) throw new MissedRelease();
      live.change(changes);
    },
    // While it is judged others are answered, and nobody else writes.
    judge: async () => {
      if (live.release !== release) throw new MissedRelease();
      const verdict = await runInSlices(judgeRemoval({ engine, members: live.members, atMs: now() }, request));
      if (verdict.fault) throw new MemberChangeDenied(verdict.fault);
      return verdict.ends;
    },
  });
  const { ended, state } = result;
  if (ended.length > 0 && live.release === release) live.change({ members: ended, state });
  if ((live.state?.sequence ?? 0) < state.sequence) await catchUp();
  return result;
}

// The policy and the memberships are those of the database: it holds the lock, and all that happened before is live.
function judge(
  { release, members }: LiveState,
  request: MemberChangeRequest,
  before: RuntimeMember | undefined,
  atMs: number,
): Judgement {
  if (!release) throw new MissedRelease();
  const { policy } = release.engine;
  const verdict = judgeMemberChange({ policy, members, atMs }, request, before);
  if (verdict.fault) throw new MemberChangeDenied(verdict.fault);
  return verdict;
}

async function takeOver(
  { live, catchUp }: ChangeSurroundings,
  { place, subject }: MemberChangeRequest,
  { after, replaced, state, outcome }: MemberChangeResult,
  release: LiveRelease,
): Promise<void> {
  const changed = after ?? { place, subject, assignments: [], ...state };
  // Another release would have come after this change, and was read together with it.
  if (outcome === 'changed' && live.release === release) {
    live.change({ members: replaced ? [replaced, changed] : [changed], state });
  }
  if ((live.state?.sequence ?? 0) < state.sequence) await catchUp();
}

function notCaughtUp({ connection }: ChangeSurroundings): RolebookError {
  const message = `what was published to \`${connection.url.shown}\` last could not be made live here`;
  return new RolebookError('unavailable', message, { help: '`GET /v1/policy` says why' });
}
