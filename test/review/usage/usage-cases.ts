import type { PolicyTexts } from '../../support/policy-texts.ts';
import { row } from './small-world.ts';

export const catalog = (more = ''): string => `
subjectTypes: [user, service]
scopes: { own: { when: { resource.owner: $subject.id } }, rest: {} }
permissions:
  Things:
    tag:see: See tags
    tag:edit: { title: Edit tags, requires: [tag:see] }
    tag:drop: { title: Drop tags, was: tag:remove }
    note:see: { title: See notes, scopes: [own, rest] }
    note:edit: { title: Edit notes, scopes: [own, rest] }
    bill:see: { title: See bills, plans: [big] }
    draft:write: Write drafts
    purse:open: { title: Open the purse, spans: organization }
baseline: [draft:write, "note:see@own"]
roles:
  member: { grants: [tag:see] }
  boss: { grants: ["*"], spans: organization }
defaultRole: member
${more}`;

export const world = (workspace: string, more: PolicyTexts = {}): PolicyTexts => ({
  'roles.yaml': catalog(),
  'policies/w.yaml': `workspace: w\n${workspace}\n`,
  ...more,
});

/** Everything is asked by somebody whose use is nobody's. */
export const asked = [
  '- x w tag:see',
  '- x w tag:edit',
  '- x w tag:drop',
  '- x w note:see@own',
  '- x w note:see@rest',
  '- x w note:edit@own',
  '- x w note:edit@rest',
  '- x w bill:see',
  '- x w draft:write',
  '- x w purse:open',
];

/** A small world, what was done in it, and what a review finds. */
export interface UsageCase {
  readonly name: string;
  readonly texts: PolicyTexts;
  readonly rows: readonly (string | ReturnType<typeof row>)[];
  readonly finds: readonly string[];
}

export const lead = (grants: string, more = ''): string =>
  `roles: { lead: { grants: ${grants}${more} } }\nmembers: { ana: lead }`;

export const usageCases: readonly UsageCase[] = [
  {
    name: 'a permission that the only holder did not use',
    texts: world(lead('[tag:see, tag:edit]')),
    rows: ['ana w tag:see 5'],
    finds: ['unused-permission w/lead tag:edit'],
  },
  {
    name: 'nothing where each was used',
    texts: world(lead('[tag:see, tag:edit]')),
    rows: ['ana w tag:see', 'ana w tag:edit'],
    finds: [],
  },
  {
    name: 'a permission that was asked and denied',
    texts: world(lead('[tag:see, tag:drop]')),
    rows: ['ana w tag:see', '- ana w tag:drop 9'],
    finds: ['unused-permission w/lead tag:drop'],
  },
  {
    name: 'nothing of a permission that another holder used, by whatever role',
    texts: world(
      'roles: { lead: { grants: [tag:see, tag:drop] }, other: { grants: [tag:drop] } }\nmembers: { ana: lead, bo: [lead, other] }',
    ),
    rows: ['ana w tag:see', row('bo w tag:drop', { role: 'other' })],
    finds: [],
  },
  {
    name: 'a permission that was used elsewhere alone',
    texts: world(lead('[tag:see, tag:drop]'), { 'policies/v.yaml': 'workspace: v\nmembers: { ana: member }\n' }),
    rows: ['ana w tag:see', 'ana v tag:drop'],
    finds: ['unused-permission w/lead tag:drop'],
  },
  {
    name: 'one scope of two, and both where neither was used',
    texts: world(lead('[tag:see, note:edit, note:see]')),
    rows: ['ana w tag:see', 'ana w note:edit@own'],
    finds: ['unused-permission w/lead note:edit@rest', 'unused-permission w/lead note:see'],
  },
  {
    name: 'nothing of scopes that were used together, or that the log does not tell',
    texts: world(lead('[tag:see, note:edit, note:see]')),
    rows: ['ana w tag:see', 'ana w note:edit@own+rest', 'ana w note:see'],
    finds: [],
  },
  {
    name: 'each of a wildcard, and the baseline never',
    texts: world(lead('["*"]')),
    rows: ['ana w tag:see', 'ana w tag:edit', 'ana w note:edit@rest'],
    finds: [
      'unused-permission w/lead note:edit@own',
      'unused-permission w/lead note:see',
      'unused-permission w/lead tag:drop',
    ],
  },
  {
    name: 'what is inherited, but not what is required by what is used',
    texts: world('roles: { lead: { extends: member, grants: [tag:edit, tag:drop] } }\nmembers: { ana: lead }'),
    rows: ['ana w tag:edit'],
    finds: ['unused-permission w/lead tag:drop'],
  },
  {
    name: 'what comes from a built-in role',
    texts: world('roles: { lead: { extends: member, grants: [tag:drop] } }\nmembers: { ana: lead }'),
    rows: ['ana w tag:drop'],
    finds: ['unused-permission w/lead tag:see'],
  },
  {
    name: 'nothing of a role whose followers use it',
    texts: world(
      'roles: { base: { grants: [tag:see, tag:drop] }, lead: { extends: base, grants: [note:edit] } }\nmembers: { ana: lead, bo: base }',
    ),
    rows: ['ana w tag:drop', 'bo w tag:see', 'ana w tag:see', 'ana w note:edit'],
    finds: [],
  },
  {
    name: 'once, at the role that says it, what neither it nor its followers use',
    texts: world(
      'roles: { base: { grants: [tag:see, tag:drop] }, lead: { extends: base, grants: [note:edit] } }\nmembers: { ana: lead, bo: base }',
    ),
    rows: ['ana w tag:see', 'bo w tag:see', 'ana w note:edit'],
    finds: ['unused-permission w/base tag:drop'],
  },
  {
    name: 'what a permission was called before',
    texts: world(lead('[tag:see, tag:drop]')),
    rows: ['ana w tag:see', 'ana w tag:remove'],
    finds: [],
  },
  {
    name: 'a workspace by its former id',
    texts: world(`formerly: old\n${lead('[tag:see, tag:drop]')}`),
    rows: ['ana w tag:see', 'ana old tag:drop'],
    finds: [],
  },
  {
    name: 'what a role did that is called otherwise now',
    texts: world('roles: { lead: { grants: [tag:see, tag:drop] } }\nretired: { chief: lead }\nmembers: { ana: lead }'),
    rows: ['ana w tag:see', row('gone w tag:drop', { role: 'chief' })],
    finds: [],
  },
  {
    name: 'nothing that the plan does not have',
    texts: world(lead('[tag:see, bill:see]'), { 'policies/organization.yaml': 'organization: acme\nplan: small\n' }),
    rows: ['ana w tag:see'],
    finds: [],
  },
  {
    name: 'an idle role once, not each of its permissions, with its holder',
    texts: world('roles: { lead: { grants: [tag:edit, tag:see] } }\nmembers: { ana: [lead, member] }'),
    rows: ['- ana w tag:edit'],
    finds: ['idle-role w/lead'],
  },
  {
    name: 'a role that nobody holds, but none that others follow',
    texts: world(
      'roles: { base: { grants: [tag:edit, tag:see] }, lone: { grants: [tag:drop] }, lead: { extends: base, grants: [tag:drop] } }\nmembers: { ana: lead }',
    ),
    rows: ['ana w tag:edit', 'ana w tag:drop'],
    finds: ['unused-role w/lone'],
  },
  {
    name: 'nothing of a role that was given last week',
    texts: world(
      'roles: { lead: { grants: [tag:see, tag:drop] } }\nmembers: { ana: [{ role: lead, from: 2026-11-20 }, member] }',
    ),
    rows: ['ana w draft:write'],
    finds: [],
  },
  {
    name: 'a member who asked for nothing, and one who was only denied',
    texts: world('members: { ana: member, bo: member, "service:bot": member }'),
    rows: ['- ana w tag:edit'],
    finds: ['unseen-member w/bo', 'unseen-member w/service:bot'],
  },
  {
    name: 'nobody who came last week, or who is yet to begin',
    texts: world(
      'members: { ana: member, bo: { roles: [{ role: member, from: 2026-11-20 }] }, cy: { roles: [{ role: member, from: 2027-01-01 }] } }',
    ),
    rows: ['ana w tag:see'],
    finds: [],
  },
  {
    name: 'one of a company who was seen in one workspace, and one who was seen in none',
    texts: world('members: { ana: member }', {
      'policies/organization.yaml': 'organization: acme\nplan: big\nmembers: { olu: boss, pia: boss }\n',
    }),
    rows: ['ana w tag:see', 'olu w draft:write'],
    finds: ['unseen-member acme:/pia'],
  },
  {
    name: 'nothing where the log says nothing of a workspace',
    texts: world('members: { ana: member }', {
      'policies/v.yaml': 'workspace: v\nroles: { lead: { grants: [tag:drop] } }\nmembers: { bo: lead }\n',
    }),
    rows: ['ana w tag:see'],
    finds: [],
  },
  {
    name: 'everybody of a group who asked for nothing',
    texts: world('members: { "group:g": member }', {
      'policies/organization.yaml': 'organization: acme\nplan: big\ngroups: { g: [ana, bo] }\n',
    }),
    rows: ['ana w tag:see'],
    finds: ['unseen-member w/bo'],
  },
  {
    name: 'memberships that are over or soon will be, unless another one follows',
    texts: world(`members:
  ana: [{ role: member, until: 2026-11-01 }, boss2]
  bo: [{ role: member, until: 2026-12-10 }]
  cy: [{ role: member, until: 2026-12-10 }, { role: boss2, from: 2026-12-01 }]
  di: [{ role: member, until: 2027-06-30 }]
roles: { boss2: { grants: [tag:drop, tag:see] } }`),
    rows: ['ana w tag:drop', 'ana w tag:see', 'bo w tag:see', 'cy w tag:see', 'di w tag:see'],
    finds: ['expired-membership w/ana/member', 'ending-membership w/bo/member'],
  },
  {
    name: 'roles that do the same, and not those that differ in a deny',
    texts: world(
      'roles: { a: { grants: [tag:see] }, b: { grants: [tag:drop] }, c: { grants: [tag:drop] }, d: { grants: [tag:drop], denies: [tag:edit] } }\nmembers: { ana: a, bo: b, cy: c, di: d }',
    ),
    rows: ['ana w tag:see', 'bo w tag:drop', 'cy w tag:drop', 'di w tag:drop'],
    finds: ['same-role w/a', 'same-role w/c'],
  },
  {
    name: 'roles that could be one',
    texts: world(
      'roles: { a: { grants: [tag:drop, tag:edit, tag:see] }, b: { grants: [tag:drop, note:edit, tag:see] } }\nmembers: { ana: a, bo: b }',
    ),
    rows: ['ana w tag:drop', 'bo w tag:drop', 'ana w tag:see', 'bo w tag:see'],
    finds: ['unused-permission w/a tag:edit', 'unused-permission w/b note:edit', 'mergeable-role w/b'],
  },
];
