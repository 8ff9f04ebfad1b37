import { CasbinEngine } from '../../../engine/casbin-engine.ts';
import { RuntimeMembers } from '../../../engine/runtime-members.ts';
import { membershipKey } from '../../../policy/membership/changed-memberships.ts';
import { PolicyPlaces } from '../../../policy/policy-places.ts';
import type { DatabaseState, Place, RuntimeMember } from '../../../policy/runtime-member.ts';
import { fitMember } from '../../../review/budget/fitting-member.ts';
import { placeNow, renamedPlaces } from '../../../review/members/renamed-places.ts';
import type { FoundProblems } from '../../live/prepare-policy.ts';
import { verdictOf, type Verdict } from '../../live/reload-queue.ts';
import { eachInTurns } from '../../turns.ts';
import type { LiveDatabaseOptions } from './live-database-options.ts';
import { LiveState, type LiveRelease, type ReleaseChanges } from './live-state.ts';

/** A release that is ready and kept back, with the last word on it. */
export interface KeptRelease {
  /** What is published, followed to its end; it decides nothing. */
  readonly published: LiveState;
  readonly members: KeptMembers;
  readonly found: FoundProblems;
  readonly verdict: Verdict;
  /** The sequence of the last event that belongs to a publication. */
  readonly lastOfRelease: number;
}

/** All that is known of a release when it is found to change too much. */
interface ReadyRelease extends Omit<KeptRelease, 'published' | 'members'> {
  readonly ready: LiveRelease;
  readonly swapped: ReleaseChanges;
  /** The memberships that somebody changed since the live release; undefined: nobody knows which. */
  readonly given: readonly RuntimeMember[] | undefined;
  readonly onCutMembers: LiveDatabaseOptions['onCutMembers'];
}

/** Keeps a release back, and has what was given and taken since the live one decide with that. */
export async function keepBack(
  live: LiveState,
  { ready, swapped, given, onCutMembers, ...kept }: ReadyRelease,
): Promise<KeptRelease> {
  const published = new LiveState();
  // Those that decide now stay with the live release.
  const own = swapped.kind === 'whole' ? ready : await withOwnMembers(ready);
  published.swap(own, { ...swapped, kind: 'whole' });
  const members = new KeptMembers(live, published, onCutMembers);
  members.follow(given, swapped.state);
  return { ...kept, published, members };
}

async function withOwnMembers(release: LiveRelease): Promise<LiveRelease> {
  const members = new RuntimeMembers();
  await eachInTurns(release.members.all(), (member) => members.set(member));
  return { ...release, members, engine: await CasbinEngine.create(release.engine.policy, members) };
}

/** Judges a release that is kept back by what is remembered now, and makes it live if it may be, with all its memberships. */
export async function judgeKept(
  { published, found }: KeptRelease,
  live: LiveState,
  { budget, beforeLive }: Pick<LiveDatabaseOptions, 'budget' | 'beforeLive'>,
  now: () => number,
): Promise<Verdict> {
  const { release } = published;
  const next = published.whole();
  if (!next?.runtime || !release) throw new Error('a release is kept back that is not there');
  const { policy } = release.engine;
  const verdict = await budget?.judge({ live: live.current, policy, members: live.members, found });
  if (verdict) return verdict;
  await beforeLive?.({ ...next, runtime: { ...next.runtime, epoch: live.epoch + 1 } });
  const { state } = next.runtime;
  live.swap({ ...release, loadedAt: new Date(now()) }, { kind: 'whole', members: [], state });
  return verdictOf('loaded', found);
}

/**
 * The memberships at run time while a release is kept back: each change goes to the published policy as it is, and to the
 * live one as far as that has a place for it. So nobody keeps what was taken from them because a policy waits.
 */
export class KeptMembers {
  readonly #live: LiveState;
  readonly #published: LiveState;
  readonly #onCut: LiveDatabaseOptions['onCutMembers'];
  #places: { readonly live: PolicyPlaces; readonly published: PolicyPlaces } | undefined;

  constructor(live: LiveState, published: LiveState, onCut: LiveDatabaseOptions['onCutMembers']) {
    this.#live = live;
    this.#published = published;
    this.#onCut = onCut;
  }

  /** By the id that a place has in the live policy. */
  placeHere(place: Place): Place {
    const { live, published } = this.#policies();
    return renamedPlaces(live.policy, published.policy)(place) ?? placeNow(live.policy, place);
  }

  /** By the id that a place has in the published policy. */
  placeThere(place: Place): Place {
    const { live, published } = this.#policies();
    return renamedPlaces(published.policy, live.policy)(place) ?? placeNow(published.policy, place);
  }

  /** Takes what changed since, in one turn. */
  change(members: readonly RuntimeMember[], state: DatabaseState): void {
    this.#published.change({ members, state });
    this.follow(members, state);
  }

  /** The same of a change that both policies allowed, as each of them holds it. */
  changeJudged(there: readonly RuntimeMember[], here: readonly RuntimeMember[], state: DatabaseState): void {
    this.#published.change({ members: there, state });
    this.#live.changeAhead({ members: here, state }, this.#isTold);
  }

  /**
   * Takes what somebody changed since the live release, which the published one has already. Undefined: the history is not
   * known, so all that is published is taken, and what is not is gone.
   */
  follow(given: readonly RuntimeMember[] | undefined, state: DatabaseState): void {
    const places = this.#policies();
    const { members: held } = this.#live;
    const fitting = [...(given ?? this.#published.members.all())].map((member) =>
      fitMember(places, member, ({ place, subject }) => held.get(place, subject.type, subject.id)),
    );
    const members = fitting.map(({ member }) => member);
    const gone = given ? [] : endedBeside(held, members);
    this.#live.changeAhead({ members: [...gone, ...members], state }, this.#isTold);
    const cut = fitting.flatMap(({ member, isCut }) => (isCut ? [member] : []));
    if (cut.length > 0) this.#onCut?.(cut);
  }

  // Where both have the same twelve digits a revision does not say which of them it is of.
  get #isTold(): boolean {
    const { live, published } = this.#policies();
    return live.policy.revision !== published.policy.revision;
  }

  #policies(): { readonly live: PolicyPlaces; readonly published: PolicyPlaces } {
    const [here, there] = [this.#live.release?.engine.policy, this.#published.release?.engine.policy];
    if (!here || !there) throw new Error('a release is kept back where there is none');
    if (this.#places?.live.policy !== here) {
      this.#places = { live: new PolicyPlaces(here), published: new PolicyPlaces(there) };
    }
    return this.#places;
  }
}

/** The end of each membership that is not among others. */
function endedBeside(held: RuntimeMembers, others: readonly RuntimeMember[]): RuntimeMember[] {
  const keys = new Set(others.map(({ place, subject }) => membershipKey(place, subject)));
  const gone = [...held.all()].filter(({ place, subject }) => !keys.has(membershipKey(place, subject)));
  return gone.map((member) => ({ ...member, assignments: [] }));
}
