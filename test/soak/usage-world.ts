import type { DecisionKind } from '../support/generated-decisions.ts';

/** Something that may be asked: a permission, in one of its scopes where it has any. */
export interface Thing {
  readonly permission: string;
  /** Undefined: the permission has none. */
  readonly scope: string | undefined;
}

export interface WorldRole {
  readonly id: string;
  readonly permissions: readonly string[];
}

export interface WorldMember {
  readonly id: string;
  readonly role: string;
  readonly until?: string;
}

export interface WorldWorkspace {
  readonly id: string;
  readonly company: string;
  readonly roles: readonly WorldRole[];
  readonly members: readonly WorldMember[];
}

/** A policy of companies whose people use a part of what they may, and what a review must find in their log. */
export interface UsageWorld {
  readonly workspaces: readonly WorldWorkspace[];
  /** The files of the policy, by their paths. */
  readonly files: Readonly<Record<string, string>>;
  readonly kinds: readonly DecisionKind[];
  /** Each finding as `findingKey` names it. */
  readonly planted: ReadonlySet<string>;
  readonly silent: readonly string[];
}

export const worldStartMs = Date.UTC(2026, 7, 1);
export const worldDays = 100;
export const builtInRole: WorldRole = { id: 'member', permissions: list(30, 37).map(permissionId) };
export const neverAsked = permissionId(39);

const companies = 20;
const workspacesEach = 10;
const usedRoles = 6;
const scopes = ['personal', 'shared'];
/** The first of them have scopes. */
const scopedPermissions = 10;
/** What nobody but few of the many holders of the built-in role use. */
const rarePermission = permissionId(36);
const rareUsers = 3;
const denied = permissionId(38);

/** The name of a finding: its kind, and what it is about in a fixed order. */
export function findingKey(kind: string, about: Readonly<Record<string, string | undefined>>): string {
  const words = ['organization', 'workspace', 'role', 'member', 'permission'].map((word) => about[word] ?? '');
  return [kind, ...words].join(' ');
}

export function thingsOf(permission: string): readonly Thing[] {
  return isScoped(permission) ? scopes.map((scope) => ({ permission, scope })) : [{ permission, scope: undefined }];
}

export function createUsageWorld(): UsageWorld {
  const workspaces = list(0, companies * workspacesEach - 1).map(workspaceOf);
  const kinds: DecisionKind[] = [];
  const planted = new Set<string>();
  const silent = workspaces.filter((_, index) => isSilent(index)).map(({ id }) => id);
  for (const [index, workspace] of workspaces.entries()) {
    plantRoles(workspace, index, planted);
    plantMembers(workspace, index, planted);
    if (!isSilent(index)) kinds.push(...kindsAt(workspace, index));
  }
  const heard = workspaces.filter((_, index) => !isSilent(index));
  // A stranger asks for everything, so that whatever a holder did not use was asked for.
  const [somewhere] = heard;
  const things = list(0, 38).flatMap((number) => thingsOf(permissionId(number)));
  for (const thing of things) kinds.push(kindOf('stranger@elsewhere.example', somewhere!.id, thing, 'not-a-member'));
  planted.add(findingKey('rarely-used', { role: builtInRole.id, permission: rarePermission }));
  return { workspaces, files: filesOf(workspaces), kinds, planted, silent };
}

function workspaceOf(_: unknown, index: number): WorldWorkspace {
  const roles = list(0, usedRoles + 1).map((number): WorldRole => {
    return { id: `role-${number}`, permissions: [...usedOf(index, number), ...unusedOf(index, number)] };
  });
  const [first, second] = roles as [WorldRole, WorldRole];
  if (isTwinned(index)) roles.push({ id: 'twin', permissions: [...first.permissions].reverse() });
  // What `near` has and nobody uses is other than what `role-1` has.
  if (isNear(index)) roles.push({ id: 'near', permissions: [...usedOf(index, 1), ...unusedOf(index, 1, 4)] });
  const members = list(0, 49).map((number): WorldMember => {
    const id = `w${index}-m${number}@acme.example`;
    if (number === 20) return { id, role: second.id, until: '2026-09-20T00:00:00Z' };
    if (number === 21) return { id, role: second.id, until: '2026-11-29T00:00:00Z' };
    if (number >= 48) return { id, role: `role-${usedRoles}` };
    if (number >= 46 && isTwinned(index)) return { id, role: 'twin' };
    if (number >= 44 && isNear(index)) return { id, role: 'near' };
    return { id, role: number >= 30 ? builtInRole.id : `role-${number % usedRoles}` };
  });
  const company = `company-${Math.floor(index / workspacesEach)}`;
  return { id: `work-${index}`, company, roles, members };
}

function plantRoles(
  { id: workspace, company: organization }: WorldWorkspace,
  index: number,
  planted: Set<string>,
): void {
  const plant = (kind: string, role: string, permission?: string): void =>
    void planted.add(findingKey(kind, { organization, workspace, role, permission }));
  plant('unused-role', `role-${usedRoles + 1}`);
  if (isTwinned(index)) plant('same-role', 'twin');
  if (isSilent(index)) return;
  plant('idle-role', `role-${usedRoles}`);
  for (const role of list(0, usedRoles - 1)) {
    for (const permission of unusedOf(index, role)) plant('unused-permission', `role-${role}`, permission);
    const half = halfUsedOf(index, role);
    if (half !== undefined) plant('unused-permission', `role-${role}`, `${half}@shared`);
  }
  const plantCopy = (role: string, of: number, unused: readonly string[]): void => {
    for (const permission of unused) plant('unused-permission', role, permission);
    const half = halfUsedOf(index, of);
    if (half !== undefined) plant('unused-permission', role, `${half}@shared`);
  };
  if (isTwinned(index)) {
    plantCopy('twin', 0, unusedOf(index, 0));
  }
  if (isNear(index)) {
    plantCopy('near', 1, unusedOf(index, 1, 4));
    // `near` comes first by its name, so the other is told as like it.
    plant('mergeable-role', 'role-1');
  }
}

function plantMembers(
  { id: workspace, company: organization, members }: WorldWorkspace,
  index: number,
  planted: Set<string>,
): void {
  const plant = (kind: string, number: number, role?: string): void =>
    void planted.add(findingKey(kind, { organization, workspace, member: members[number]?.id, role }));
  plant('expired-membership', 20, 'role-1');
  plant('ending-membership', 21, 'role-1');
  if (isSilent(index)) return;
  for (const number of unseenAt(index)) plant('unseen-member', number);
}

function kindsAt({ id: workspace, members }: WorldWorkspace, index: number): DecisionKind[] {
  return members.flatMap(({ id, role, until }, number): DecisionKind[] => {
    if (unseenAt(index).includes(number)) return [];
    const ask = (thing: Thing, reason: string): DecisionKind => kindOf(id, workspace, thing, reason, role);
    const [no] = thingsOf(denied) as [Thing];
    const asked = [ask(no, 'not-granted')];
    // Whoever's time is over asks in vain.
    if (until !== undefined && number === 20) return asked;
    return [...asked, ...usedBy(index, number, role).map((thing) => ask(thing, 'granted'))];
  });
}

function usedBy(index: number, number: number, role: string): Thing[] {
  if (role === builtInRole.id) {
    const isRare = number === 30 && index < rareUsers;
    return builtInRole.permissions.filter((one) => one !== rarePermission || isRare).flatMap(thingsOf);
  }
  const of = role === 'twin' ? 0 : role === 'near' ? 1 : Number(role.slice('role-'.length));
  if (of >= usedRoles) return [];
  const half = halfUsedOf(index, of);
  return usedOf(index, of).flatMap((one) => thingsOf(one).filter(({ scope }) => one !== half || scope !== 'shared'));
}

function kindOf(subject: string, workspace: string, thing: Thing, reason: string, role?: string): DecisionKind {
  const { permission, scope } = thing;
  return {
    subject: { type: 'user', id: subject },
    workspace,
    permission,
    ...(scope !== undefined && { foundScope: scope }),
    ...(reason === 'granted' && role !== undefined && { role }),
    decision: reason === 'granted',
    reason,
  };
}

/** Eight permissions that each holder of a role uses; no two roles of a workspace have the same. */
function usedOf(index: number, role: number): string[] {
  return list(0, 7).map((step) => permissionId((index * 3 + role + step * (role % 2 === 0 ? 3 : 1)) % 26));
}

/** Up to three that none of them does, and the one that nobody ever asks for. */
function unusedOf(index: number, role: number, from = 0): string[] {
  if (role >= usedRoles) return [];
  const used = new Set(usedOf(index, role));
  const free = list(0, 25)
    .map(permissionId)
    .filter((one) => !used.has(one));
  return free.slice(from, from + (from > 0 ? 2 : (index + role) % 4));
}

/** One of those with scopes that is used in one of them alone. */
function halfUsedOf(index: number, role: number): string | undefined {
  return usedOf(index, role).find(isScoped);
}

function unseenAt(index: number): readonly number[] {
  return [6 + (index % 6), 32];
}

function isSilent(index: number): boolean {
  return index % workspacesEach === workspacesEach - 1;
}

function isTwinned(index: number): boolean {
  return index % 10 === 2;
}

function isNear(index: number): boolean {
  return index % 10 === 5;
}

function isScoped(permission: string): boolean {
  return list(0, scopedPermissions - 1)
    .map(permissionId)
    .includes(permission);
}

function permissionId(number: number): string {
  return `thing-${Math.floor(number / 10)}:act-${number % 10}`;
}

function list(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function filesOf(workspaces: readonly WorldWorkspace[]): Record<string, string> {
  const permissions = list(0, 39).map(permissionId);
  const described = permissions.map((id) => [id, isScoped(id) ? { title: `Do ${id}`, scopes } : `Do ${id}`]);
  const roles = {
    scopes: { personal: { when: { 'resource.owner': '$subject.id' } }, shared: {} },
    permissions: { Things: Object.fromEntries(described) as object },
    roles: { [builtInRole.id]: { grants: builtInRole.permissions } },
    defaultRole: builtInRole.id,
  };
  const files: Record<string, string> = { 'roles.yaml': JSON.stringify(roles) };
  for (const { id, company, roles: own, members } of workspaces) {
    files[`policies/${company}/organization.yaml`] = `organization: ${company}\n`;
    files[`policies/${company}/${id}.yaml`] = JSON.stringify({
      workspace: id,
      roles: Object.fromEntries(own.map((role) => [role.id, { grants: [...role.permissions, neverAsked] }])),
      members: Object.fromEntries(
        members.map((one) => [one.id, one.until === undefined ? one.role : [{ role: one.role, until: one.until }]]),
      ),
    });
  }
  return files;
}
