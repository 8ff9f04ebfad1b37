import type { EnforceRequest, ReasonCode } from '../policy/decision.ts';
import type { Condition, Permission } from '../policy/permission.ts';
import {
  atOrganization,
  findOrganization,
  findWorkspace,
  type PolicySet,
  type Workspace,
} from '../policy/policy-set.ts';
import type { JsonObject } from '../policy/text/json.ts';
import { truthOf } from './conditions/condition-truth.ts';

/** The organizations of a policy as places to ask about, and their workspaces. Found when they are asked for. */
export class OrganizationPlaces {
  /** Whether any has groups, so that reasons may have to name one. */
  readonly haveGroups: boolean;
  readonly #policy: PolicySet;
  #places: ReadonlyMap<string, Workspace> | undefined;
  #workspaces: ReadonlyMap<string | undefined, readonly string[]> | undefined;

  constructor(policy: PolicySet) {
    this.#policy = policy;
    this.haveGroups = policy.organizations.some(({ groups }) => groups.byId.size > 0);
  }

  /** The organization itself. */
  find(id: string | undefined): Workspace | undefined {
    if (id === undefined) return undefined;
    this.#places ??= new Map(
      this.#policy.organizations.flatMap((organization): [string, Workspace][] => {
        const place = atOrganization(organization);
        return place && organization.id !== undefined ? [[organization.id, place]] : [];
      }),
    );
    return this.#places.get(id) ?? this.#places.get(findOrganization(this.#policy, id)?.id ?? '');
  }

  /** What a request asks about: a workspace, or an organization itself. */
  placeOf({ workspace, organization }: Pick<EnforceRequest, 'workspace' | 'organization'>): Workspace | undefined {
    return workspace === undefined ? this.find(organization) : findWorkspace(this.#policy, workspace);
  }

  /** Ids of the workspaces of an organization. */
  workspacesOf(id: string): readonly string[] {
    if (!this.#workspaces) {
      const found = new Map<string | undefined, string[]>();
      for (const workspace of this.#policy.workspaces.values()) {
        const workspaces = found.get(workspace.organization.id);
        if (workspaces) workspaces.push(workspace.id);
        else found.set(workspace.organization.id, [workspace.id]);
      }
      this.#workspaces = found;
    }
    return this.#workspaces.get(id) ?? [];
  }
}

/** What the organization has set, for a permission of which a `when` looks it up. */
export function settingsFor(
  { catalog }: PolicySet,
  { organization }: Workspace,
  permission: Permission,
  request: Pick<EnforceRequest, 'organizationProperties'>,
): JsonObject | undefined {
  if (!permission.readsOrganization) return undefined;
  const set = organization.properties ?? catalog.organizationDefaults;
  return request.organizationProperties ? { ...set, ...request.organizationProperties } : set;
}

/** Scopes in which every request of a workspace is, or none, by what its organization has set alone. */
export interface SettledScopes {
  readonly always: ReadonlySet<string>;
  readonly never: ReadonlySet<string>;
}

export function settleScopes(
  policy: PolicySet,
  workspace: Workspace,
  permission: Permission,
): SettledScopes | undefined {
  if (!permission.readsOrganization) return undefined;
  const settings = settingsFor(policy, workspace, permission, {});
  const [always, never] = [new Set<string>(), new Set<string>()];
  for (const { id, when } of permission.scopes) {
    if (!when) continue;
    const truths = when.map((pair) =>
      isOfSettings(pair) ? truthOf(pair, nobodysRequest, undefined, settings) : 'unknown',
    );
    if (truths.includes('fails')) never.add(id);
    else if (truths.every((truth) => truth === 'holds')) always.add(id);
  }
  return { always, never };
}

function isOfSettings({ path, other }: Condition): boolean {
  return path[0] === 'organization' && ('literal' in other || other.path[0] === 'organization');
}

const nobodysRequest: EnforceRequest = { subjectType: '', subjectId: '', workspace: undefined, permission: '' };

/** The code of a request whose place there is not. */
export function unknownPlace({ workspace }: EnforceRequest): ReasonCode {
  return workspace === undefined ? 'unknown-organization' : 'unknown-workspace';
}

/** Whether an organization itself is asked about what belongs to workspaces. */
export function isAskedElsewhere({ workspace }: EnforceRequest, { spans }: Permission): boolean {
  return workspace === undefined && spans === 'workspace';
}
