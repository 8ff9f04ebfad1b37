import { groupsOfSubject } from '../../policy/membership/given-roles.ts';
import { controllersOf, type Cell } from '../../policy/permission.ts';
import {
  atOrganization,
  isAtOrganization,
  type Group,
  type Organization,
  type PolicySet,
  type TimedRole,
  type Workspace,
} from '../../policy/policy-set.ts';
import type { Role } from '../../policy/role.ts';
import type { SubjectId } from '../../policy/subject.ts';
import type { AccessGround } from './access-ground.ts';

/**
 * The part of a place that somebody may know: all of it who controls something there, `own` who is there, and nothing who
 * is not: to them it is as if there were no such place.
 */
export type Insight = 'all' | 'own' | 'nothing';

/** A reader, and what they may know. Every door that tells of places and people asks here. */
export class ActorKnowledge {
  readonly #ground: AccessGround;
  readonly #actor: SubjectId | undefined;
  readonly #controls: Readonly<Record<'workspace' | 'organization', readonly (readonly Cell[])[]>>;

  /** Without an actor the application itself reads, which may know all. */
  constructor(ground: AccessGround, actor: SubjectId | undefined) {
    this.#ground = ground;
    this.#actor = actor;
    const none = { workspace: [], organization: [] };
    this.#controls = actor ? controllingCells(ground.engine.policy) : none;
  }

  /** What may be known of a workspace, or of an organization itself. */
  at(place: Workspace): Insight {
    if (!this.#actor) return 'all';
    const given = this.#ground.engine.assignmentsOf(place, this.#actor);
    if (given.length > 0 && this.#controlsSomething(place, given)) return 'all';
    return this.#isThere(place, given) ? 'own' : 'nothing';
  }

  /** The same of the organization itself. The nameless one is no place that can be named. */
  atOrganization(organization: Organization): Insight {
    const place = atOrganization(organization);
    if (place) return this.at(place);
    return this.#actor ? 'nothing' : 'all';
  }

  /** Whether something of somebody may be known, at a place of which so much may be. */
  mayKnow(insight: Insight, subject: SubjectId): boolean {
    return insight === 'all' || (insight === 'own' && this.isActor(subject));
  }

  /** Whether this is the actor; the application itself is nobody. */
  isActor({ type, id }: SubjectId): boolean {
    return this.#actor !== undefined && this.#actor.type === type && this.#actor.id === id;
  }

  /** Whether a role may be known of, at a place of which so much may be: who is there knows those that they were given. */
  mayKnowRole(place: Workspace, insight: Insight, role: Role): boolean {
    if (insight !== 'own' || !this.#actor) return insight === 'all';
    return this.#ground.engine.assignmentsOf(place, this.#actor).some((given) => given.role === role);
  }

  /** Whether the actor is in a group. */
  isIn({ of, group }: { readonly of: Organization; readonly group: Group }): boolean {
    return this.#actor !== undefined && groupsOfSubject(of, this.#actor, this.#ground.runtime).includes(group);
  }

  /** The only one that may be known of where insight is `own`. */
  get actor(): SubjectId | undefined {
    return this.#actor;
  }

  // Now, in all scopes, and on the plan of the company: as for changing something.
  #controlsSomething(place: Workspace, given: readonly TimedRole[]): boolean {
    const { engine, atMs } = this.#ground;
    const roleSet = engine.roleSetOf(place, given, atMs);
    if (!roleSet) return false;
    const controls = this.#controls[isAtOrganization(place) ? 'organization' : 'workspace'];
    return controls.some((cells) => cells.every((cell) => engine.allows(roleSet, cell)));
  }

  #isThere(place: Workspace, given: readonly TimedRole[]): boolean {
    // What is over, or yet to begin, is told to whom it belongs; a role that waits for a membership is of the company.
    if (given.some(({ role }) => role.spans !== 'memberships' || isAtOrganization(place))) return true;
    if (!isAtOrganization(place) || !this.#actor) return false;
    return groupsOfSubject(place.organization, this.#actor, this.#ground.runtime).length > 0;
  }
}

/** Of each permission that controls something at a kind of place all cells. */
function controllingCells({
  catalog,
}: PolicySet): Readonly<Record<'workspace' | 'organization', readonly (readonly Cell[])[]>> {
  const at = (kind: 'workspace' | 'organization'): readonly (readonly Cell[])[] =>
    (['members', 'roles'] as const).flatMap((what) =>
      controllersOf(catalog.permissions.values(), kind, what).map(({ cells }) => cells),
    );
  return { workspace: at('workspace'), organization: at('organization') };
}
