import * as fc from 'fast-check';
import { randomGroupedPolicy } from './random-groups.ts';
import type { RandomPolicy } from './random-policy.ts';

/** Two policies, the second of which is the first after some edits, or another one altogether. */
export interface RandomPolicyPair {
  readonly before: RandomPolicy;
  readonly after: RandomPolicy;
}

type Data = Record<string, unknown>;

interface RoleData {
  grants?: string[];
  denies?: string[];
  without?: string[];
  extends?: string[];
}

interface AssignmentData {
  role: string;
  from?: string;
  until?: string;
}

interface Draft {
  readonly roles: Data & {
    roles: Record<string, RoleData>;
    permissions: { Things: Record<string, unknown>; Company?: Record<string, unknown> };
    baseline?: string[];
    staff: Record<string, AssignmentData[]>;
  };
  readonly organization: Data & {
    roles: Record<string, RoleData>;
    members: Record<string, AssignmentData[]>;
    groups: Record<string, string[]>;
  };
  workspaces: (Data & {
    workspace: string;
    roles: Record<string, RoleData>;
    members: Record<string, AssignmentData[]>;
  })[];
}

/** Takes the next of the drawn numbers, as a choice among so many. */
type Choose = (count: number) => number;

/** What an author might do in one commit. An edit that makes the policy invalid is left to the test to pass over. */
const edits: readonly ((draft: Draft, choose: Choose) => void)[] = [
  (draft, choose) => pickRole(draft, choose).grants?.splice(0, 1),
  (draft, choose) => {
    pickRole(draft, choose).grants = ['*'];
  },
  (draft, choose) => {
    const role = pickRole(draft, choose);
    role.grants = [...(role.grants ?? []), pick(['doc:read', 'doc:edit', 'tag:read', 'tag:*', 'doc:*'], choose)];
  },
  (draft, choose) => {
    pickRole(draft, choose).denies = [pick(['doc:read', 'doc:*', 'tag:edit', '*'], choose)];
  },
  (draft, choose) => delete pickRole(draft, choose).denies,
  (draft, choose) => delete pickRole(draft, choose).without,
  (draft, choose) => {
    const role = pickRole(draft, choose);
    delete role.without;
    delete role.extends;
  },
  (draft, choose) => {
    const role = pick(draft.workspaces, choose).roles['custom-a'];
    if (role && !role.extends) role.extends = ['member'];
  },
  (draft, choose) => {
    const { members } = pick(draft.workspaces, choose);
    Reflect.deleteProperty(members, pick(Object.keys(members), choose));
  },
  (draft, choose) => {
    const { members } = pick(draft.workspaces, choose);
    members[pick(['bo', 'new@acme.example', 'service:export'], choose)] = [{ role: pick(['member', 'admin'], choose) }];
  },
  (draft, choose) => {
    const { members } = pick(draft.workspaces, choose);
    const [assignment] = members[pick(Object.keys(members), choose)] ?? [];
    if (assignment) assignment.until = pick(['2026-11-19', '2026-11-22', '2027-06-30'], choose);
  },
  (draft, choose) => {
    const { members } = pick(draft.workspaces, choose);
    const [assignment] = members[pick(Object.keys(members), choose)] ?? [];
    if (assignment) delete assignment.until;
  },
  (draft, choose) => {
    const { members } = pick(draft.workspaces, choose);
    const [assignment] = members[pick(Object.keys(members), choose)] ?? [];
    if (assignment) assignment.from = pick(['2026-11-18', '2026-11-21', '2026-11-23'], choose);
  },
  (draft) => {
    draft.workspaces = draft.workspaces.slice(0, 1);
  },
  (draft, choose) => {
    pick(draft.workspaces, choose).workspace = 'three';
  },
  (draft, choose) => {
    const [from, to] = draft.workspaces;
    const name = pick(Object.keys(from?.members ?? {}), choose);
    const moved = from?.members[name];
    if (!from || !to || !moved?.every(({ role }) => role === 'member' || role === 'admin')) return;
    to.members[name] = moved;
    Reflect.deleteProperty(from.members, name);
  },
  (draft, choose) => renameRole(pick(draft.workspaces, choose)),
  (draft, choose) => {
    draft.organization.members[pick(['olu', 'bo', 'ana@acme.example'], choose)] = [{ role: 'boss' }];
  },
  (draft) => {
    draft.organization.members = {};
  },
  (draft, choose) => {
    draft.organization.members[pick(['olu', 'bo', 'ana@acme.example'], choose)] = [{ role: 'roamer' }];
  },
  (draft, choose) => {
    draft.roles.staff[pick(['mia', 'bo', 'ana@acme.example'], choose)] = [{ role: 'helper' }];
  },
  (draft) => {
    draft.roles.staff = {};
  },
  (draft, choose) => {
    const list = pick(Object.values(draft.organization.groups), choose);
    const name = pick(['bo', 'new@acme.example', 'service:export'], choose);
    if (!list.includes(name)) list.push(name);
  },
  (draft, choose) => pick(Object.values(draft.organization.groups), choose).splice(0, 1),
  (draft, choose) => {
    const group = `group:${pick(Object.keys(draft.organization.groups), choose)}`;
    const places = [
      { members: draft.organization.members, roles: ['boss', 'roamer'] },
      ...draft.workspaces.map(({ members }) => ({ members, roles: ['member', 'admin'] })),
    ];
    const { members, roles } = pick(places, choose);
    if (members[group]) Reflect.deleteProperty(members, group);
    else members[group] = [{ role: pick(roles, choose) }];
  },
  (draft, choose) => {
    const { roles } = draft.organization;
    Reflect.deleteProperty(roles, pick(Object.keys(roles), choose));
  },
  (draft, choose) => {
    const { roles } = draft.organization;
    roles['lead'] ??= { grants: [pick(['doc:read', 'doc:edit', 'tag:*'], choose)] };
    pick(draft.workspaces, choose).members['new@acme.example'] = [{ role: 'lead' }];
  },
  (draft) => {
    for (const { roles, members } of draft.workspaces)
      renameIn(draft.organization.roles, 'lead', 'lead-z', roles, members);
  },
  (draft) => delete draft.roles.baseline,
  (draft, choose) => {
    draft.roles.baseline = [pick(['tag:read', 'doc:read', 'tag:*'], choose)];
  },
  (draft, choose) => {
    const { Things } = draft.roles.permissions;
    Things[pick(['doc:read', 'tag:edit', 'note:read'], choose)] = 'May do it';
  },
  (draft, choose) => {
    const { Things } = draft.roles.permissions;
    Things[pick(['doc:read', 'tag:edit'], choose)] = { title: 'May do it', scopes: ['self', 'shared'] };
  },
  (draft, choose) => {
    const { Things } = draft.roles.permissions;
    Things[pick(['doc:edit', 'tag:Delete-2'], choose)] = { title: 'The company may', spans: 'organization' };
  },
  (draft, choose) => {
    const { Company } = draft.roles.permissions;
    if (Company) Company[pick(['bill:read', 'bill:pay'], choose)] = 'May do it';
  },
  (draft, choose) => {
    draft.roles['customRoles'] = { without: [pick(['doc:edit', 'tag:*', '*'], choose)] };
  },
  (draft, choose) => {
    draft.organization['properties'] = { strict: choose(2) === 0 };
  },
  (draft, choose) =>
    Reflect.deleteProperty(draft.roles.permissions.Things, pick(['doc:read', 'doc:edit', 'tag:read'], choose)),
];

function pick<Item>(items: readonly Item[], choose: Choose): Item {
  return items[choose(items.length)] as Item;
}

function pickRole(draft: Draft, choose: Choose): RoleData {
  const roles = [draft.roles.roles, draft.organization.roles, ...draft.workspaces.map((workspace) => workspace.roles)];
  return pick(
    roles.flatMap((byId) => Object.values(byId)),
    choose,
  );
}

function renameRole({ roles, members }: Draft['workspaces'][number]): void {
  renameIn(roles, 'custom-a', 'custom-z', roles, members);
}

function renameIn(
  roles: Record<string, RoleData>,
  from: string,
  to: string,
  following: Record<string, RoleData>,
  members: Record<string, AssignmentData[]>,
): void {
  const role = roles[from];
  if (role) {
    Reflect.deleteProperty(roles, from);
    roles[to] = role;
  }
  if (!roles[to]) return;
  for (const other of [...Object.values(roles), ...Object.values(following)]) {
    if (other.extends) other.extends = other.extends.map((id) => (id === from ? to : id));
  }
  for (const list of Object.values(members)) {
    for (const assignment of list) if (assignment.role === from) assignment.role = to;
  }
}

const edited: fc.Arbitrary<RandomPolicyPair> = fc
  .tuple(
    randomGroupedPolicy,
    fc.array(fc.nat(edits.length - 1), { minLength: 1, maxLength: 3 }),
    fc.array(fc.nat(999), { minLength: 12, maxLength: 12 }),
  )
  .map(([before, chosen, numbers]) => {
    const after = structuredClone(before) as unknown as Draft;
    let next = 0;
    const choose: Choose = (count) => (count === 0 ? 0 : (numbers[next++ % numbers.length] ?? 0) % count);
    for (const edit of chosen) edits[edit]?.(after, choose);
    return { before, after: after };
  });

export const randomPolicyPair: fc.Arbitrary<RandomPolicyPair> = fc.oneof(
  { arbitrary: edited, weight: 3 },
  { arbitrary: fc.record({ before: randomGroupedPolicy, after: randomGroupedPolicy }), weight: 1 },
);
