import * as fc from 'fast-check';
import type { SourceFile } from '../../src/compile/file/policy-files.ts';
import { companyPermissionIds, keepable, maySay, permissionIds } from './random-grants.ts';

/** A random policy that compiles, as the data its YAML files hold. */
export interface RandomPolicy {
  readonly roles: Record<string, unknown>;
  readonly organization: Record<string, unknown>;
  readonly workspaces: readonly Record<string, unknown>[];
}

export const fixedNowMs = Date.UTC(2026, 10, 20, 9);
const times = ['2026-01-01', '2026-11-19', '2026-11-20', '2026-11-21', '2027-06-30'];

/** Ids that look like something else to Casbin, to a CSV reader or to a pattern; all of them are legal subjects. */
export const hostileIds = [
  'ana@acme.example',
  'bo',
  'member',
  'role/member',
  'one/custom-a',
  '2/Custom-A',
  '2',
  '*',
  '.*',
  '**',
  'a,b',
  'ana,role',
  '#',
  'p',
  'g',
  'p, role',
  '__proto__x',
  'constructor',
  'toString',
  "o'brien",
  'a+b',
  'ключ',
  '名前',
  'ana bo',
  '\\',
  '${x}',
  'a;b',
  '%28',
];

/** One of them is a number, which YAML and JavaScript treat in their own ways. */
const workspaceIds = ['one', '2'];

const scopes = {
  self: { when: { 'resource.owner': '$subject.id' } },
  team: { when: { 'resource.team': '$subject.properties.team' } },
  personal: { when: { 'resource.kind': 'personal' } },
  strict: { when: { 'organization.properties.strict': true } },
  shared: {},
};
const scopeChoices = [
  [],
  [],
  ['personal', 'shared'],
  ['self', 'team'],
  ['self', 'team', 'shared'],
  ['shared'],
  ['strict', 'shared'],
];

const companyScopes = [[], [], ['self', 'shared'], ['strict', 'shared']];

const catalogArbitrary = fc.array(fc.constantFrom(...scopeChoices), {
  minLength: permissionIds.length,
  maxLength: permissionIds.length,
});

/** What only roles may name that span the organization. */
function companyGrantsOf(choices: readonly (readonly string[])[]): string[] {
  return [
    'bill:*',
    ...companyPermissionIds,
    ...companyPermissionIds.flatMap((id, index) => (choices[index] ?? []).map((scope) => `${id}@${scope}`)),
  ];
}

function grantsOf(choices: readonly (readonly string[])[]): string[] {
  const used = new Set(choices.flat());
  return [
    '*',
    'doc:*',
    'tag:*',
    ...[...used].map((scope) => `*@${scope}`),
    ...permissionIds,
    ...permissionIds.flatMap((id, index) => (choices[index] ?? []).map((scope) => `${id}@${scope}`)),
  ];
}

interface RoleDraft {
  readonly grants: readonly string[];
  readonly denies: readonly string[];
  readonly parents: readonly number[];
  readonly without: number | undefined;
}

function draftArbitrary(grants: readonly string[]): fc.Arbitrary<RoleDraft> {
  return fc.record({
    grants: fc.uniqueArray(fc.constantFrom(...grants), { maxLength: 3 }),
    denies: fc.uniqueArray(fc.constantFrom(...grants), { maxLength: 1 }),
    parents: fc.uniqueArray(fc.nat(9), { maxLength: 2 }),
    without: fc.option(fc.nat(9), { nil: undefined }),
  });
}

// A role extends only those before it, so there is no cycle; `without` repeats a grant of a parent, so it takes something.
function buildRoles(
  ids: readonly string[],
  drafts: readonly RoleDraft[],
  before: Record<string, { grants: readonly string[] }>,
) {
  const roles: Record<string, { grants: readonly string[] }> = {};
  ids.forEach((id, index) => {
    const draft = drafts[index];
    if (!draft) return;
    const earlier = Object.entries({ ...before, ...roles });
    const parents = draft.parents.flatMap((choice) => (earlier.length > 0 ? [earlier[choice % earlier.length]] : []));
    const unique = [...new Map(parents.filter((parent) => parent !== undefined)).entries()];
    const inherited = unique.flatMap(([, parent]) => parent.grants).filter(isBeyondBaseline);
    const taken =
      draft.without === undefined || inherited.length === 0 ? [] : [inherited[draft.without % inherited.length]];
    roles[id] = {
      grants: draft.grants,
      ...(draft.denies.length > 0 ? { denies: draft.denies } : {}),
      ...(unique.length > 0 ? { extends: unique.map(([name]) => name) } : {}),
      ...(taken.length > 0 ? { without: taken } : {}),
    };
  });
  return roles;
}

// Taking away what the baseline has takes nothing, which is a problem; so baselines keep to these, and `without` off them.
function isBaselineChoice(grant: string): boolean {
  return grant.startsWith('tag:') || grant === '*@personal';
}

function isBeyondBaseline(grant: string): boolean {
  return grant.startsWith('doc:') && !grant.endsWith('@personal');
}

const assignmentArbitrary = (ids: readonly string[]): fc.Arbitrary<unknown[]> =>
  fc
    .uniqueArray(
      fc.record({
        role: fc.constantFrom(...ids),
        from: fc.option(fc.constantFrom(0, 1, 2), { nil: undefined }),
        until: fc.option(fc.constantFrom(2, 3, 4), { nil: undefined }),
      }),
      { minLength: 1, maxLength: 3, selector: (assignment) => assignment.role },
    )
    .map((list) =>
      list.map(({ role, from, until }) => ({
        role,
        ...(from === undefined ? {} : { from: times[from] }),
        ...(until === undefined ? {} : { until: times[until] }),
      })),
    );

function membersArbitrary(roleIds: readonly string[]): fc.Arbitrary<Record<string, unknown>> {
  const key = fc.oneof(
    fc.constantFrom(...hostileIds),
    fc.constantFrom(...hostileIds).map((id) => `service:${id}`),
    fc.constantFrom(...hostileIds).map((id) => `user:${id}:x`),
  );
  return fc.dictionary(key, assignmentArbitrary(roleIds), { maxKeys: 6, noNullPrototype: true });
}

export const randomPolicy: fc.Arbitrary<RandomPolicy> = fc
  .tuple(catalogArbitrary, fc.array(fc.constantFrom(...companyScopes), { minLength: 2, maxLength: 2 }), fc.boolean())
  .chain(([choices, companyChoices, hasCompany]) => {
    const grants = grantsOf(choices);
    const draft = draftArbitrary(grants);
    const ofCompany = companyGrantsOf(companyChoices);
    // What reaches the company can hold what belongs to it.
    const wideDraft = hasCompany ? draftArbitrary([...grants, ...ofCompany, ...ofCompany]) : draft;
    const customIds = ['custom-a', 'Custom-A', 'toString'];
    const given = ['member', 'admin', 'lead', ...customIds];
    const workspace = fc.tuple(fc.array(draft, { maxLength: 3 }), membersArbitrary(given));
    return fc
      .record({
        baseline: fc.uniqueArray(fc.constantFrom(...grants.filter(isBaselineChoice)), { maxLength: 2 }),
        builtIns: fc.tuple(draft, draft, wideDraft, draft, wideDraft),
        company: fc.oneof(
          fc.constant([]),
          fc.tuple(draft),
          fc.tuple(draft, wideDraft),
          fc.tuple(draft, wideDraft, draft),
        ),
        organization: membersArbitrary(['boss', 'roamer', 'chief', 'rover']),
        staff: membersArbitrary(['helper']),
        properties: fc.constantFrom(undefined, { strict: true }, { strict: false }),
        // What custom roles may not have; they do not name it.
        kept: fc.constantFrom([], [], ['doc:Delete-2'], ['*@self', 'doc:Delete-2']),
        workspaces: fc.tuple(workspace, workspace),
      })
      .map(({ baseline, builtIns, company, organization, staff, properties, kept, workspaces }) => {
        const without = keepable(kept, grants);
        const customs = (drafts: readonly RoleDraft[], widest = -1): RoleDraft[] =>
          drafts.map((one, index) => {
            // What belongs to the company is beyond all but one.
            const reached = hasCompany && index === widest ? [...choices, ...companyChoices] : choices;
            return { ...one, grants: one.grants.filter((grant) => maySay(grant, without, reached)) };
          });
        const built = buildRoles(['member', 'admin', 'boss', 'roamer', 'helper'], builtIns, {});
        const shared = buildRoles(companyRoleIds, customs(company, companyRoleIds.indexOf('chief')), built);
        const roles = {
          subjectTypes: ['user', 'service'],
          scopes,
          permissions: {
            Things: Object.fromEntries(
              permissionIds.map((id, index) => [id, describePermission(id, choices[index] ?? [])]),
            ),
            ...(hasCompany ? { Company: describeCompany(companyChoices) } : {}),
          },
          organizationProperties: { strict: false },
          ...(without.length > 0 ? { customRoles: { without } } : {}),
          ...(baseline.length > 0 ? { baseline } : {}),
          roles: withSpans(built, { boss: 'organization', roamer: 'memberships', helper: 'everything' }),
          staff,
        };
        const aboveIds = new Set(['boss', 'roamer', ...Object.keys(shared)]);
        return {
          roles,
          organization: {
            organization: 'acme',
            ...(properties && { properties }),
            roles: withSpans(shared, { chief: 'organization', rover: 'memberships' }),
            members: keepKnown(organization, aboveIds),
          },
          workspaces: workspaces.map(([drafts, members], index) => {
            const custom = buildRoles(customIds, customs(drafts), { ...built, ...shared });
            const seen = ['member', 'admin', ...Object.keys(shared).filter((id) => id === 'lead')];
            const known = new Set([...seen, ...Object.keys(custom)]);
            return { workspace: workspaceIds[index], roles: custom, members: keepKnown(members, known) };
          }),
        };
      });
  });

/** Custom roles of the company. */
const companyRoleIds = ['lead', 'chief', 'rover'];

function describeCompany(choices: readonly (readonly string[])[]): Record<string, unknown> {
  return Object.fromEntries(
    companyPermissionIds.map((id, index) => {
      const scopeIds = choices[index] ?? [];
      return [id, { title: `May ${id}`, spans: 'organization', ...(scopeIds.length > 0 ? { scopes: scopeIds } : {}) }];
    }),
  );
}

function withSpans(roles: Record<string, object>, spans: Readonly<Record<string, string>>): Record<string, object> {
  const entries = Object.entries(roles).map(([id, role]) => [
    id,
    Object.hasOwn(spans, id) ? { ...role, spans: spans[id] } : role,
  ]);
  return Object.fromEntries(entries) as Record<string, object>;
}

function describePermission(id: string, scopeIds: readonly string[]): unknown {
  return scopeIds.length === 0 ? `May ${id}` : { title: `May ${id}`, scopes: scopeIds };
}

function keepKnown(members: Record<string, unknown>, known: ReadonlySet<string>): Record<string, unknown> {
  const entries = Object.entries(members).map(
    ([key, list]) => [key, (list as { role: string }[]).filter(({ role }) => known.has(role))] as const,
  );
  return Object.fromEntries(entries.filter(([, list]) => list.length > 0));
}

/** The policy as files. JSON is YAML, so the texts need no writer of their own. */
export function policyFiles(policy: RandomPolicy, format: (value: unknown) => string = toYaml): SourceFile[] {
  const file = (path: string, value: unknown): SourceFile => ({ path, content: Buffer.from(format(value)) });
  return [
    file('roles.yaml', policy.roles),
    file('policies/organization.yaml', policy.organization),
    ...policy.workspaces.map((workspace) => file(`policies/${String(workspace['workspace'])}.yaml`, workspace)),
  ];
}

export function toYaml(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
