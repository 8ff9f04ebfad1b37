import {
  findMember,
  findOrganization,
  findWorkspace,
  type Organization,
  type PolicySet,
  type TimedRole,
  type Workspace,
} from '../../policy/policy-set.ts';
import { keptOf, type Place, type RuntimeMember, rolesGiven } from '../../policy/runtime-member.ts';
import type { SubjectId } from '../../policy/subject.ts';

/** A role and when it is held; from YAML or given at run time. */
export type HeldRole = Pick<TimedRole, 'role' | 'fromMs' | 'untilMs'>;

/** Memberships given at run time. */
export interface RuntimeMemberships {
  get(place: Place, type: string, id: string): RuntimeMember | undefined;
  list(place: Place): Iterable<RuntimeMember>;
  /** Of all places together. */
  readonly size: number;
}

/** The place a membership is in, as the policy knows it, by the id that it has now. */
export type KnownPlace =
  | { readonly kind: 'workspace'; readonly id: string; readonly workspace: Workspace }
  | { readonly kind: 'organization'; readonly id: string; readonly organization: Organization };

export function findPlace(policy: PolicySet, { kind, id }: Place): KnownPlace | undefined {
  if (kind === 'workspace') {
    const workspace = findWorkspace(policy, id);
    return workspace && { kind, id: workspace.id, workspace };
  }
  const organization = findOrganization(policy, id);
  return organization && { kind, id: organization.id ?? id, organization };
}

/** All that subjects hold, from YAML and from run time together, at any time. */
export class MemberRoles {
  readonly #policy: PolicySet;
  readonly #runtime: RuntimeMemberships;

  constructor(policy: PolicySet, runtime: RuntimeMemberships) {
    this.#policy = policy;
    this.#runtime = runtime;
  }

  /** At one place alone. */
  at(place: KnownPlace, subject: SubjectId): readonly HeldRole[] {
    const { members } = place.kind === 'workspace' ? place.workspace : place.organization;
    const written = findMember(members, subject)?.assignments ?? [];
    const given = this.#runtime.get(place, subject.type, subject.id);
    return given ? [...keptOf(written, given), ...rolesGiven(this.#policy, place, given.assignments)] : written;
  }

  /** What spans the organization of a workspace. */
  above({ organization }: Workspace, subject: SubjectId): readonly HeldRole[] {
    return organization.id === undefined
      ? []
      : this.at({ kind: 'organization', id: organization.id, organization }, subject);
  }
}

/** `nowMs` and every later instant at which one of these begins or ends, in order. */
export function instantsOf(held: readonly HeldRole[], nowMs: number): number[] {
  const later = held
    .flatMap(({ fromMs, untilMs }) => [fromMs, untilMs])
    .filter((ms) => ms !== undefined && ms > nowMs && Number.isFinite(ms));
  return [nowMs, ...new Set(later as number[])].sort((left, right) => left - right);
}
