import { resolve } from 'node:path';
import { classifyPath, type SourceFile } from '../../compile/file/policy-files.ts';
import { rolesOf } from '../../engine/role-listing.ts';
import { findPermissions, knownPlans, type Catalog } from '../../policy/catalog.ts';
import { isPlaceId } from '../../policy/ids.ts';
import {
  findOrganization,
  findWorkspace,
  groupType,
  type Organization,
  type PolicySet,
  type Workspace,
} from '../../policy/policy-set.ts';
import { listOfRole, type MemberList } from '../../policy/role.ts';
import { formatSubject } from '../../policy/subject.ts';
import { accessPlaces } from '../../review/access/access-places.ts';
import { subjectsAt } from '../../review/access/subjects-at.ts';
import { RuntimeMembers } from '../../engine/runtime-members.ts';
import type { CompletionRequest } from './completion-request.ts';
import type { NameKind } from './name-kind.ts';
import { areSoonRead, holdsLetters, listPolicyFiles, readHead, readListed, type ListedFile } from './listed-files.ts';

/**
 * Names of the policy that could stand in a place. None of a policy that is not there, or has errors in what was read;
 * and none where reading would take longer than somebody who types waits.
 */
export async function findPolicyNames(request: CompletionRequest, cwd: string): Promise<readonly string[]> {
  const root = resolve(cwd, request.policy);
  const listed = listPolicyFiles(root);
  if (areSoonRead(listed)) {
    const { PolicyDirectory } = await import('../../store/folder/policy-directory.ts');
    const policy = await compile(await new PolicyDirectory(root, 'in-one-turn').read('deciding'));
    return policy ? namesIn(policy, request) : [];
  }
  if (request.kind === 'workspaces' || request.kind === 'organizations') return placeNames(listed, request.kind);
  const needed = neededFiles(listed, request);
  const policy = areSoonRead(needed) ? await compile(needed.map(readListed)) : undefined;
  return policy ? namesIn(policy, request) : [];
}

// Loaded when it is needed, for that alone takes as long as all the rest.
async function compile(files: readonly SourceFile[]): Promise<PolicySet | undefined> {
  const { PolicyCompiler } = await import('../../compile/compile-policy.ts');
  return new PolicyCompiler().compile(files, Date.now()).policy;
}

// Of very many workspaces none is compiled: each says its name in a line of its own.
function placeNames(files: readonly ListedFile[], kind: 'workspaces' | 'organizations'): readonly string[] {
  const wanted = kind === 'workspaces' ? 'workspace' : 'organization';
  return files.flatMap((file) => {
    const name = classifyPath(file.path) === wanted ? valueOfLine(readHead(file), `${wanted}:`) : undefined;
    return name !== undefined && isPlaceId(name) ? [name] : [];
  });
}

function valueOfLine(text: string, key: string): string | undefined {
  const line = text.split(/\r?\n/).find((each) => each.startsWith(key));
  const [value = ''] = (line?.slice(key.length) ?? '').split(' #');
  return /^(["']?)([^"']*)\1$/.exec(value.trim())?.[2];
}

// Of many files those alone that have to do with it: a workspace's own, or those that hold the letters of a subject.
function neededFiles(
  files: readonly ListedFile[],
  { kind, workspace, typed }: CompletionRequest,
): readonly ListedFile[] {
  if (kindsOfCatalog.has(kind)) return files.filter(({ path }) => classifyPath(path) === 'roles');
  const isNeeded = (file: ListedFile): boolean => {
    if (workspace !== undefined) return isOfWorkspace(file, workspace);
    return kind === 'subjects' && holdsLetters(file, typed.slice(typed.indexOf(':') + 1));
  };
  return files.filter((file) => classifyPath(file.path) !== 'workspace' || isNeeded(file));
}

function isOfWorkspace(file: ListedFile, workspace: string): boolean {
  const head = readHead(file);
  return ['workspace:', 'formerly:'].some((key) => valueOfLine(head, key) === workspace);
}

function namesIn(policy: PolicySet, request: CompletionRequest): readonly string[] {
  const place = request.workspace === undefined ? undefined : findWorkspace(policy, request.workspace);
  const company = request.organization === undefined ? undefined : findOrganization(policy, request.organization);
  switch (request.kind) {
    case 'workspaces':
      return [...policy.workspaces.keys()];
    case 'organizations':
      return policy.organizations.flatMap(({ id }) => id ?? []);
    case 'subjects':
      return subjectNames(policy, request.workspace === undefined ? undefined : place && [place]);
    case 'roles':
      if (company) return [...policy.catalog.roles.keys(), ...company.roles.keys()];
      return place ? rolesOf(policy, place).map(({ id }) => id) : [...policy.catalog.roles.keys()];
    case 'roles-to-give':
      if (company) return rolesGivenIn(policy, company, 'organization');
      return place ? rolesOf(policy, place).flatMap(({ id, spans }) => (spans === 'workspace' ? id : [])) : [];
    case 'own-roles':
      return [...((company ?? place)?.roles.keys() ?? [])];
    case 'first-roles-of-workspace':
      return rolesGivenIn(policy, company ?? onlyOne(policy.organizations), 'workspace');
    case 'first-roles-of-company':
      return rolesGivenIn(policy, undefined, 'organization');
    case 'groups':
      return [...(company?.groups.byId.keys() ?? [])];
    default:
      return namesInCatalog(policy.catalog, request);
  }
}

const kindsOfCatalog: ReadonlySet<NameKind> = new Set([
  ...(['permissions', 'scopes', 'wildcards', 'grants', 'resources', 'plans', 'properties', 'subject-types'] as const),
]);

function namesInCatalog(catalog: Catalog, { kind, typed, permission }: CompletionRequest): readonly string[] {
  switch (kind) {
    case 'permissions':
      return permissionNames(catalog, typed);
    case 'scopes':
      return scopeNames(catalog, permission);
    case 'wildcards':
      return wildcardNames(catalog);
    case 'grants':
      return [...permissionNames(catalog, typed), ...wildcardNames(catalog)];
    case 'resources':
      return [...catalog.permissions.keys(), ...resourceNames(catalog)];
    case 'plans':
      return [...knownPlans(catalog)];
    case 'properties':
      return Object.keys(catalog.organizationDefaults);
    case 'subject-types':
      return catalog.subjectTypes;
    default:
      return [];
  }
}

function rolesGivenIn({ catalog }: PolicySet, company: Organization | undefined, list: MemberList): readonly string[] {
  const roles = [...catalog.roles.values(), ...(company?.roles.values() ?? [])];
  return roles.flatMap((role) => (listOfRole(role) === list ? role.id : []));
}

function onlyOne<One>(all: readonly One[]): One | undefined {
  return all.length === 1 ? all[0] : undefined;
}

function resourceNames({ permissions }: Catalog): readonly string[] {
  return [...new Set([...permissions.values()].map(({ resource }) => `${resource}:*`))];
}

function wildcardNames(catalog: Catalog): readonly string[] {
  return ['*', ...[...catalog.scopes.keys()].map((scope) => `*@${scope}`), ...resourceNames(catalog)];
}

function subjectNames(policy: PolicySet, places: readonly Workspace[] | undefined): readonly string[] {
  const [firstType] = policy.catalog.subjectTypes;
  const names = new Set<string>();
  for (const place of places ?? accessPlaces(policy)) {
    for (const subject of subjectsAt(policy, place, new RuntimeMembers())) names.add(formatSubject(subject, firstType));
    if (places) for (const group of place.organization.groups.byId.keys()) names.add(`${groupType}:${group}`);
  }
  return [...names];
}

// With an `@` typed each scope of the permission before it.
function permissionNames(catalog: Catalog, typed: string): readonly string[] {
  const at = typed.indexOf('@');
  if (at < 0) return [...catalog.permissions.keys()];
  const id = typed.slice(0, at);
  return findPermissions(catalog, id).flatMap(({ scopes }) => scopes.map((scope) => `${id}@${scope.id}`));
}

function scopeNames(catalog: Catalog, asked: string | undefined): readonly string[] {
  const [id = ''] = (asked ?? '').split('@');
  const permissions = asked === undefined ? [] : findPermissions(catalog, id);
  if (asked === undefined) return [...catalog.scopes.keys()];
  return [...new Set(permissions.flatMap(({ scopes }) => scopes.map((scope) => scope.id)))];
}
