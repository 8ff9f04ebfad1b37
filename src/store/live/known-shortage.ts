import type { RuntimeMembers } from '../../engine/runtime-members.ts';
import type { PolicySet } from '../../policy/policy-set.ts';
import { findMissingHolders, type MissingHolders } from '../../review/members/holder-rules.ts';
import { findPlace, type KnownPlace } from '../../review/members/member-roles.ts';

/** A policy with its members at run time, at one state. */
export interface HolderGround {
  readonly policy: PolicySet;
  /** Where the files alone have too few. */
  readonly shortPlaces: readonly KnownPlace[];
  readonly members: RuntimeMembers;
  /** Another one when something changed. */
  readonly state: unknown;
}

/**
 * Memory of where too few hold a role that somebody must hold, for who asks for it at every scrape: it is looked for anew
 * when something changed, and only where the files have too few or somebody handed over what they give.
 */
export class KnownShortage {
  #known: { readonly ground: HolderGround; readonly missing: readonly MissingHolders[] } | undefined;

  of(ground: HolderGround): readonly MissingHolders[] {
    const { policy, state, members } = ground;
    const known = this.#known;
    if (known?.ground.policy === policy && known.ground.state === state && known.ground.members === members) {
      return known.missing;
    }
    const missing = findMissingHolders(policy, members, askedPlaces(ground));
    this.#known = { ground, missing };
    return missing;
  }
}

function askedPlaces({ policy, shortPlaces, members }: HolderGround): readonly KnownPlace[] {
  const places = new Map(shortPlaces.map((place) => [`${place.kind} ${place.id}`, place]));
  for (const { place } of members.handingOver) {
    const known = findPlace(policy, place);
    if (known) places.set(`${place.kind} ${place.id}`, known);
  }
  return [...places.values()];
}
