import type { EscalationMeans } from '../../compile/escalation/escalation-moves.ts';
import { EscalationSearch, mayControl, type Escalation } from '../../compile/escalation/escalation-search.ts';
import { plainSteps } from '../../compile/escalation/escalation-words.ts';
import { hasCustomRoles, type Catalog } from '../../policy/catalog.ts';
import { formatCell } from '../../policy/permission.ts';
import type { Organization, PolicySet, Workspace } from '../../policy/policy-set.ts';
import { compareText } from '../../policy/position.ts';
import type { Role, Rule } from '../../policy/role.ts';
import { formatSubject } from '../../policy/subject.ts';
import { HolderSurvey, keyOfRoles, holdingSubjects, type Holders } from './escalation-holders.ts';
import type { EscalationPath } from './escalation-path.ts';

/**
 * The shortest way to more from every role, and from every set of roles that a member holds at once, at `fromMs` or
 * later. Sorted by key. A set of roles is told where it reaches what none of its roles reaches alone.
 */
export function findEscalationPaths(policy: PolicySet, fromMs = -Infinity): readonly EscalationPath[] {
  const { catalog } = policy;
  if (catalog.escalation === 'prevent') return [];
  if (![...catalog.permissions.values()].some(({ controls }) => controls)) return [];
  const search = new EscalationSearch(catalog);
  const survey = new HolderSurvey(policy.staff, fromMs);
  const drafts: Draft[] = [];
  const everywhere = findEverywhere(policy, search, drafts);
  const controlling = [...catalog.roles.values()].filter(mayControl);
  const companies = countWorkspaces(policy);
  const context = { catalog, search, survey, everywhere, inCompany: new Map(), controlling, companies, drafts };
  for (const workspace of policy.workspaces.values()) surveyWorkspace(workspace, context);
  const labels = catalog.cells.map(formatCell);
  const paths = drafts.map((draft) => createPath(draft, labels));
  return paths.sort((left, right) => compareText(left.key, right.key));
}

/** A way, and who it is open for. */
interface Draft {
  readonly key: string;
  readonly roles: readonly Role[];
  readonly escalation: Escalation;
  readonly workspace?: Workspace;
  readonly organization?: string | undefined;
  readonly members: Set<string>;
  readonly workspaces: string[];
}

type CustomRoles = EscalationMeans['customRoles'];

/** Ways of built-in roles by nothing but what every workspace has, by whether it may define roles. */
type Everywhere = ReadonlyMap<CustomRoles, Common>;

type Common = ReadonlyMap<Role, Draft>;

interface Context {
  readonly catalog: Catalog;
  readonly search: EscalationSearch;
  readonly survey: HolderSurvey;
  readonly everywhere: Everywhere;
  /** Ways of all roles that every workspace of an organization sees, where it defines some. */
  readonly inCompany: Map<Organization, Common>;
  /** Built-in roles that control something. */
  readonly controlling: readonly Role[];
  /** How many workspaces each organization has. */
  readonly companies: ReadonlyMap<Organization, number>;
  readonly drafts: Draft[];
}

function countWorkspaces({ workspaces }: PolicySet): ReadonlyMap<Organization, number> {
  const counts = new Map<Organization, number>();
  for (const { organization } of workspaces.values()) counts.set(organization, (counts.get(organization) ?? 0) + 1);
  return counts;
}

function companyOf({ organization }: Workspace, { companies }: Context): EscalationMeans['company'] {
  if (organization.id === undefined) return 'none';
  return companies.get(organization) === 1 ? 'this workspace' : 'others, too';
}

function findEverywhere(
  { catalog, organizations, workspaces }: PolicySet,
  search: EscalationSearch,
  drafts: Draft[],
): Everywhere {
  const roles = [...catalog.roles.values()];
  const everywhere = new Map<CustomRoles, Map<Role, Draft>>();
  const kinds = new Set([...workspaces.values()].map((workspace) => customRolesOf(workspace, catalog)));
  if (catalog.customRolePlans?.size !== 0) kinds.add('allowed');
  for (const customRoles of (['allowed', 'not-allowed'] as const).filter((kind) => kinds.has(kind))) {
    const found = new Map<Role, Draft>();
    const means = search.prepare(roles, customRoles, organizations.length > 0 ? 'others, too' : 'none');
    for (const role of roles) {
      const escalation = search.find([role], means);
      if (!escalation) continue;
      const other = everywhere.get('allowed')?.get(role);
      if (other && isOpenWithoutMaking(other.escalation) && saysTheSame(other.escalation, escalation)) {
        found.set(role, other);
        continue;
      }
      const key = `${customRoles === 'allowed' ? '*' : '*-'}/${role.id}`;
      found.set(role, addDraft({ key, roles: [role], escalation }, drafts));
    }
    everywhere.set(customRoles, found);
  }
  return everywhere;
}

function customRolesOf({ organization }: Workspace, catalog: Catalog): CustomRoles {
  return hasCustomRoles(catalog, organization.plan) ? 'allowed' : 'not-allowed';
}

function surveyWorkspace(workspace: Workspace, context: Context): void {
  const { catalog, search, survey } = context;
  const customRoles = customRolesOf(workspace, catalog);
  const above = [...catalog.roles.values(), ...workspace.organization.roles.values()];
  const means = search.prepare([...above, ...workspace.roles.values()], customRoles, companyOf(workspace, context));
  const common = findCommon(workspace, above, customRoles, context);
  const controlling = new Set(context.controlling);
  for (const { roles } of [workspace.organization, workspace]) {
    for (const role of roles.values()) if (mayControl(role)) controlling.add(role);
  }
  const found = new Map<Role, Draft>();
  for (const role of controlling) {
    const escalation = workspace.roles.size === 0 ? common?.get(role)?.escalation : search.find([role], means);
    if (!escalation) continue;
    const known = common?.get(role);
    const isKnown = known !== undefined && saysTheSame(known.escalation, escalation);
    found.set(role, isKnown ? known : addOwnDraft([role], escalation, workspace, context));
  }
  const sets = survey.holdersIn(workspace, {
    alone: (role) => found.has(role),
    among: (role) => controlling.has(role),
  });
  for (const [role, draft] of found) {
    const holders = sets.get(role.id);
    if (holders) addHolders([draft], holders, workspace, catalog);
  }
  const larger = [...sets.values()].filter(({ roles }) => roles.length > 1);
  larger.sort((left, right) => left.roles.length - right.roles.length || compareText(left.key, right.key));
  surveySets(larger, [...found.values()], workspace, means, context);
}

function findCommon(
  workspace: Workspace,
  visible: readonly Role[],
  customRoles: CustomRoles,
  context: Context,
): Common | undefined {
  const everywhere = context.everywhere.get(customRoles);
  const { organization } = workspace;
  if (organization.roles.size === 0) return everywhere;
  const known = context.inCompany.get(organization);
  if (known) return known;
  const means = context.search.prepare(visible, customRoles, companyOf(workspace, context));
  const found = new Map<Role, Draft>();
  for (const role of visible) {
    const escalation = context.search.find([role], means);
    if (!escalation) continue;
    const other = everywhere?.get(role);
    const isKnown = other !== undefined && saysTheSame(other.escalation, escalation);
    const key = `organization:${organization.id ?? ''}/${role.id}`;
    const draft = { key, roles: [role], escalation, organization: organization.id };
    found.set(role, isKnown ? other : addDraft(draft, context.drafts));
  }
  context.inCompany.set(organization, found);
  return found;
}

// Smaller sets come first: a larger one is told by itself only if it leads further than those it has in it.
function surveySets(
  sets: readonly Holders[],
  single: readonly Draft[],
  workspace: Workspace,
  means: EscalationMeans,
  context: Context,
): void {
  const known = [...single];
  for (const holders of sets) {
    const escalation = context.search.find(holders.roles, means, 'these');
    if (!escalation) continue;
    const within = known.filter(
      (draft) =>
        saysTheSame(draft.escalation, escalation) &&
        draft.roles.every((role) => holders.roles.includes(role)) &&
        isWalkedBeside(draft, holders.roles, context.catalog),
    );
    if (within.length === 0) {
      const draft = addOwnDraft(holders.roles, escalation, workspace, context);
      known.push(draft);
      within.push(draft);
    }
    addHolders(within, holders, workspace, context.catalog);
  }
}

// Whoever holds more than a way begins with gives that up first. What makes a member of those whose role spans
// memberships cannot be given up, so it must not stand in the way.
function isWalkedBeside({ roles }: Draft, held: readonly Role[], { exclusive, requiring }: Catalog): boolean {
  const isBare =
    roles.every(({ spans }) => spans !== 'workspace') && roles.some(({ spans }) => spans === 'memberships');
  if (!isBare) return true;
  const rest = held.filter((role) => !roles.includes(role));
  return exclusive.length + requiring.length === 0 && rest.every(({ rules }) => rules.every(isAllow));
}

function isAllow({ effect }: Rule): boolean {
  return effect === 'allow';
}

function isOpenWithoutMaking({ steps }: Escalation): boolean {
  return steps.every(({ does }) => does !== 'create-role');
}

// Whether `known` tells of all that `escalation` gains, and no more than it reaches.
function saysTheSame(known: Escalation, escalation: Escalation): boolean {
  const isAllTold = (escalation.end & ~escalation.start & ~known.end) === 0n;
  const isAllTrue = (known.end & ~known.start & ~escalation.end) === 0n;
  return isAllTold && isAllTrue && (known.help === 'none' || escalation.help === 'assigning');
}

function addOwnDraft(roles: readonly Role[], escalation: Escalation, workspace: Workspace, { drafts }: Context): Draft {
  return addDraft({ key: `${workspace.id}/${keyOfRoles(roles)}`, roles, escalation, workspace }, drafts);
}

function addDraft(start: Omit<Draft, 'members' | 'workspaces'>, drafts: Draft[]): Draft {
  const draft = { ...start, members: new Set<string>(), workspaces: [] };
  drafts.push(draft);
  return draft;
}

function addHolders(drafts: readonly Draft[], holders: Holders, workspace: Workspace, catalog: Catalog): void {
  const names = holdingSubjects(holders, workspace).map((subject) => formatSubject(subject, catalog.subjectTypes[0]));
  if (names.length === 0) return;
  for (const { members, workspaces } of drafts) {
    for (const name of names) members.add(name);
    if (workspaces.at(-1) !== workspace.id) workspaces.push(workspace.id);
  }
}

function createPath(draft: Draft, labels: readonly string[]): EscalationPath {
  const { key, roles, escalation, workspace, organization, members, workspaces } = draft;
  return {
    key,
    ...(workspace === undefined ? {} : { workspace: workspace.id }),
    ...(organization === undefined ? {} : { organization }),
    roles: roles.map(({ id }) => id),
    steps: plainSteps(escalation.steps),
    help: escalation.help,
    gained: escalation.gained.map(({ index }) => labels[index] ?? ''),
    reachesEverything: escalation.reachesEverything,
    members: [...members],
    workspaces,
  };
}
