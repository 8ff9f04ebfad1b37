import * as fc from 'fast-check';
import type { SourceFile } from '../../src/compile/file/policy-files.ts';
import type { RandomPolicy } from './random-policy.ts';
import { randomPolicyPair, type RandomPolicyPair } from './random-policy-pair.ts';

/** The files of two policies of many workspaces, in several organizations and in none; some have errors. */
export interface RandomSides {
  readonly before: readonly SourceFile[];
  readonly after: readonly SourceFile[];
}

type Data = Record<string, unknown>;
type Members = Record<string, { role: string }[]>;

/** What became of one workspace. */
const fates = ['edited', 'edited', 'kept', 'kept', 'added', 'removed', 'moved file', 'renamed'] as const;
const folders = ['', 'acme/', 'acme/emea/', 'beta/'];

interface Place {
  readonly fate: (typeof fates)[number];
  readonly folder: string;
  readonly source: number;
  /** Whether its members are called as others are elsewhere. */
  readonly names: 'own' | 'shared';
  /** Somebody who goes to the next workspace. */
  readonly leaves: boolean;
  readonly guest: boolean;
  /** Whether it says what it was called when it has another id. */
  readonly formerly: boolean;
}

interface Settings {
  readonly guest: 'none' | 'kept' | 'new' | 'gone' | 'renamed';
  readonly controls: 'nothing' | 'members' | 'both';
  readonly plans: boolean;
  /** A company and a permission that have other ids, and say which they had. */
  readonly renames: boolean;
  readonly broken: 'nothing' | 'before' | 'after' | 'duplicate' | 'unknown role';
}

const placeArbitrary: fc.Arbitrary<Place> = fc.record({
  fate: fc.constantFrom(...fates),
  folder: fc.constantFrom(...folders),
  source: fc.nat(1),
  names: fc.constantFrom('own', 'shared'),
  leaves: fc.boolean(),
  guest: fc.boolean(),
  formerly: fc.boolean(),
});

const settingsArbitrary: fc.Arbitrary<Settings> = fc.record({
  guest: fc.constantFrom('none', 'none', 'kept', 'new', 'gone', 'renamed'),
  controls: fc.constantFrom('nothing', 'members', 'both'),
  plans: fc.boolean(),
  renames: fc.boolean(),
  broken: fc.oneof(
    { arbitrary: fc.constant('nothing' as const), weight: 7 },
    { arbitrary: fc.constantFrom('before', 'after', 'duplicate', 'unknown role'), weight: 1 },
  ),
});

export const randomSides: fc.Arbitrary<RandomSides> = fc
  .tuple(randomPolicyPair, fc.array(placeArbitrary, { minLength: 1, maxLength: 9 }), settingsArbitrary)
  .map(([pair, places, settings]) => ({
    before: filesOf('before', pair, places, settings),
    after: filesOf('after', pair, places, settings),
  }));

function filesOf(
  side: keyof RandomPolicyPair,
  pair: RandomPolicyPair,
  places: readonly Place[],
  settings: Settings,
): SourceFile[] {
  const policy = pair[side];
  const workspaces = places.flatMap((place, index) => workspaceOf(side, pair, place, index, settings) ?? []);
  for (const [index, place] of places.entries()) {
    if (side === 'after' && place.leaves) moveSomebody(workspaces, index, places.length);
  }
  const { roles, organization } = withSettings(side, policy, settings);
  const files = [
    file('roles.yaml', roles),
    file('policies/acme/organization.yaml', { ...organization, ...(settings.plans ? { plan: 'scale' } : {}) }),
    file('policies/beta/organization.yaml', {
      ...(settings.plans ? withoutRoles(organization) : organization),
      organization: 'beta',
      formerly: undefined,
    }),
    ...workspaces.map(({ path, data }) => file(path, data)),
  ];
  return [...files, ...brokenFile(side, settings)].sort((left, right) => (left.path < right.path ? -1 : 1));
}

interface WorkspaceDraft {
  readonly path: string;
  readonly index: number;
  readonly data: Data & { members: Members };
}

function workspaceOf(
  side: keyof RandomPolicyPair,
  pair: RandomPolicyPair,
  { fate, folder, source, names, guest, formerly }: Place,
  index: number,
  settings: Settings,
): WorkspaceDraft | undefined {
  if (fate === (side === 'before' ? 'added' : 'removed')) return undefined;
  const { workspaces } = pair[fate === 'edited' ? side : 'after'];
  const drawn = structuredClone(workspaces[source % workspaces.length]) as (Data & { members: Members }) | undefined;
  if (!drawn) return undefined;
  const members: Members = {};
  for (const [name, list] of Object.entries(drawn.members)) {
    members[names === 'own' && !isGroup(name) ? `${name}${index}` : name] = list;
  }
  if (guest && settings.guest !== 'none') {
    members[`guest-${index}`] = [{ role: guestOf(side, settings) ?? 'member' }];
  }
  const isMoved = fate === 'moved file' && side === 'after';
  const hasPlan = folder.startsWith('acme/');
  const isRenamed = fate === 'renamed' && side === 'after';
  const former = isRenamed && formerly ? { formerly: `w-${index}` } : {};
  const data = { ...drawn, workspace: isRenamed ? `new-${index}` : `w-${index}`, ...former, members };
  if (settings.plans && !hasPlan) keepBuiltIns(data);
  if (isMoved || folder === '' || (settings.plans && !hasPlan)) leaveCompany(data);
  const path = `policies/${isMoved ? 'zeta/' : folder}w-${index}.yaml`;
  return { path, index, data };
}

// Of an organization without the plan, which may not define roles.
function keepBuiltIns(data: Data & { members: Members }): void {
  delete data['roles'];
  keepMembers(data, (role) => !role.startsWith('custom-'));
}

// What the organization defines is not seen without it.
function leaveCompany(data: Data & { members: Members }): void {
  const roles = (data['roles'] ?? {}) as Record<string, { extends?: string[]; without?: string[] }>;
  for (const role of Object.values(roles)) {
    if (role.extends) role.extends = role.extends.filter((id) => !isOfCompany(id));
    if (role.extends?.length === 0) delete role.extends;
    if (!role.extends) delete role.without;
  }
  keepMembers(data, (role) => !isOfCompany(role));
  for (const name of Object.keys(data.members)) if (isGroup(name)) Reflect.deleteProperty(data.members, name);
}

function isGroup(name: string): boolean {
  return name.startsWith('group:');
}

function withoutRoles(organization: Data): Data {
  const rest = structuredClone(organization) as Data & { members: Members };
  delete rest['roles'];
  keepMembers(rest, (role) => !isOfCompany(role));
  return rest;
}

function isOfCompany(role: string): boolean {
  return ['lead', 'lead-z', 'chief', 'rover'].includes(role);
}

function keepMembers(data: Data & { members: Members }, isKept: (role: string) => boolean): void {
  for (const [name, list] of Object.entries(data.members)) {
    const left = list.filter(({ role }) => isKept(role));
    if (left.length > 0) data.members[name] = left;
    else Reflect.deleteProperty(data.members, name);
  }
}

function moveSomebody(workspaces: readonly WorkspaceDraft[], index: number, count: number): void {
  const from = workspaces.find((workspace) => workspace.index === index)?.data.members;
  const to = workspaces.find((workspace) => workspace.index === (index + 1) % count)?.data.members;
  const name = Object.keys(from ?? {}).find((one) => !isGroup(one)) ?? '';
  if (!from || !to || from === to || name === '') return;
  to[name] = [{ role: 'member' }];
  Reflect.deleteProperty(from, name);
}

function guestOf(side: keyof RandomPolicyPair, { guest }: Settings): string | undefined {
  if (guest === 'none' || guest === (side === 'before' ? 'new' : 'gone')) return undefined;
  return guest === 'renamed' && side === 'after' ? 'visitor' : 'guest';
}

function withSettings(
  side: keyof RandomPolicyPair,
  policy: RandomPolicy,
  settings: Settings,
): { roles: Data; organization: Data } {
  const { roles, organization } = structuredClone(policy) as { roles: Data; organization: Data };
  const { Things } = roles['permissions'] as { Things: Record<string, unknown> };
  const control = (id: string, controls: string): void => {
    const known = Things[id];
    if (known !== undefined) Things[id] = { ...(typeof known === 'string' ? { title: known } : known), controls };
  };
  if (settings.controls !== 'nothing') control('doc:edit', 'members');
  if (settings.controls === 'both') control('tag:edit', 'roles');
  const guest = guestOf(side, settings);
  if (guest !== undefined) (roles['roles'] as Data)[guest] = { grants: ['doc:read'] };
  if (settings.plans) roles['customRoles'] = { plans: ['scale'] };
  if (settings.renames && side === 'after') {
    const known = Things['tag:read'];
    if (known !== undefined)
      Things['page:read'] = { ...(typeof known === 'string' ? { title: known } : known), was: 'tag:read' };
    Reflect.deleteProperty(Things, 'tag:read');
    Object.assign(organization, { organization: 'umbrella', formerly: 'acme' });
  }
  return { roles, organization };
}

function brokenFile(side: keyof RandomPolicyPair, { broken }: Settings): SourceFile[] {
  if (broken === side) return [file('policies/m-broken.yaml', { workspace: 3 })];
  if (broken === 'duplicate') return [file('policies/aa.yaml', { workspace: 'w-0' })];
  const members = { bo: 'nobody' };
  return broken === 'unknown role' && side === 'after'
    ? [file('policies/m-role.yaml', { workspace: 'm-role', members })]
    : [];
}

function file(path: string, value: unknown): SourceFile {
  return { path, content: Buffer.from(`${JSON.stringify(value, null, 2)}\n`) };
}
