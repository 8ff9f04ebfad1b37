import { companySpans, type PolicyEdit } from '../../../src/compile/edit/policy-edit.ts';
import type { PolicySet } from '../../../src/policy/policy-set.ts';
import { formatSubject } from '../../../src/policy/subject.ts';
import type { RandomPolicy } from '../../support/random-policy.ts';
import type { Pick } from '../patch/random-layout.ts';

/** Adds groups and policy tests to a random policy. */
export function withGroupsAndTests(drawn: RandomPolicy, pick: Pick): RandomPolicy & { tests: Record<string, unknown> } {
  const subjects = ['bo', 'kim', 'service:bot', 'user:a:b', "o'brien"];
  const some = (): string[] => subjects.filter(() => pick(2) === 0);
  const groups = { desk: some(), night: some(), idle: [] };
  const workspaces = drawn.workspaces.map((workspace) => {
    const members = workspace['members'] as Record<string, unknown>;
    return pick(2) === 0 ? workspace : { ...workspace, members: { ...members, 'group:desk': 'member' } };
  });
  const organization = { ...drawn.organization, groups };
  const tests = workspaces.flatMap(({ workspace, roles }, index) =>
    [...Object.keys(roles as object), ...Object.keys(drawn.organization['roles'] as object)].map((role) => ({
      name: `${role} of ${String(workspace)} ${index}`,
      workspace,
      as: pick(2) === 0 ? { role } : [{ role: [role, 'member'] }, { role: 'member' }, 'bo'],
      cannot: ['doc:read', 'doc:edit'],
    })),
  );
  const kept = { name: 'stays', workspace: workspaces[0]?.['workspace'], as: { role: 'member' }, cannot: ['tag:edit'] };
  return { ...drawn, organization, workspaces, tests: { tests: [...tests, kept] } };
}

/** An edit of any kind that is likely to make sense. */
export function drawEdit(policy: PolicySet, pick: Pick): PolicyEdit {
  const one = <Item>(items: readonly Item[]): Item => items[pick(items.length)] as Item;
  const workspaces = [...policy.workspaces.values()];
  const there = one(workspaces);
  const workspace = there.id;
  const organization = 'acme';
  const role = one([...there.roles.keys(), 'custom-a']);
  const company = policy.organizations.find((some) => some.id === organization);
  const above = [...(company?.members.values() ?? [])].flatMap((byId) => [...byId.values()]);
  const companyMember = above.length > 0 ? formatSubject(one(above).subject, 'user') : 'bo';
  const companyRole = one([...(company?.roles.keys() ?? []), 'lead']);
  const file = 'policies/a.test.yaml';
  // By a former id it is the same question in another word, which plain data cannot know.
  const word = one(
    ['doc:read', 'doc:edit', 'tag:edit'].filter((some) => policy.catalog.permissions.has(some)).concat('no:ne'),
  );
  const tests = [
    'stays',
    ...[...there.roles.keys()].map((some) => `${some} of ${workspace} ${workspaces.indexOf(there)}`),
  ];
  const id = one(['fresh', 'Neu.1', 'x-y_z', 'yes', '1e3']);
  const subject = one(['bo', 'new one', 'service:bot', 'user:a:b', 'ana@acme.example', "it's #1", 'group:night']);
  const times = one([{}, {}, { until: '2027-01-01' }, { from: '2026-01-01', reason: 'for now: a while' }]);
  const members = [...there.members.values()].flatMap((byId) => [...byId.values()]);
  const member = members.length > 0 ? formatSubject(one(members).subject, 'user') : 'bo';
  const permission = one([...policy.catalog.permissions.keys()]);
  const about = one([
    { workspace, role },
    { organization, role: companyRole },
  ]);
  const edits: readonly PolicyEdit[] = [
    { edit: 'role.create', workspace, role: id, title: one(['Plain', 'a: b', '- c']), grants: [permission, 'doc:*'] },
    {
      edit: 'role.duplicate',
      workspace,
      from: one([role, 'admin', companyRole]),
      role: id,
      title: 'D',
      as: 'extension',
    },
    { edit: 'role.duplicate', workspace, from: one([role, 'admin', companyRole]), role: id, as: 'copy' },
    {
      edit: 'role.duplicate',
      organization,
      from: companyRole,
      role: id,
      title: 'D',
      spans: 'workspace',
      as: 'extension',
    },
    { edit: 'role.change', workspace, role, allow: [permission, 'tag:*'].slice(pick(3)), disallow: ['doc:edit'] },
    { edit: 'role.change', organization, role: companyRole, title: one(['R', '&r']), disallow: [permission] },
    { edit: 'role.change', workspace, role, always: ['doc:*', '*'].slice(pick(2)), spelled: ['tag:*'].slice(pick(2)) },
    { edit: 'role.change', workspace, role, extends: [one([role, 'admin', 'member']), companyRole].slice(pick(3)) },
    { edit: 'test.expect', file, test: one(tests), permission: word, expect: one(['can', 'cannot']) },
    { edit: 'test.leave', file, workspace, subject: 'bo' },
    { edit: 'role.rename', workspace, role, to: id },
    { edit: 'role.delete', workspace, role, to: one(['member', companyRole]) },
    { edit: 'member.set', workspace, subject, roles: [{ role: one(['member', 'admin', role]), ...times }] },
    { edit: 'member.set', workspace, subject: member, roles: [{ role: 'member', ...times }, { role: 'admin' }] },
    { edit: 'member.remove', workspace, subject: member },
    { edit: 'role.create', organization, role: id, title: 'C', spans: one(companySpans), grants: [permission] },
    { edit: 'role.rename', organization, role: companyRole, to: id },
    { edit: 'role.delete', organization, role: companyRole, to: one(['member', 'boss', 'chief']) },
    { edit: 'member.set', workspace, subject, roles: [{ role: companyRole, ...times }] },
    { edit: 'member.set', organization, subject, roles: [{ role: one(['boss', 'roamer', companyRole]), ...times }] },
    { edit: 'member.remove', organization, subject: companyMember },
    {
      edit: 'group.set',
      organization,
      group: one(['desk', 'night', id]),
      subjects: ['bo', subject, 'kim'].slice(pick(4)),
    },
    { edit: 'group.rename', organization, group: one(['desk', 'night', 'idle']), to: one([id, 'night', 'former']) },
    { edit: 'group.remove', organization, group: one(['desk', 'night', 'idle']) },
    { edit: 'workspace.rename', workspace, to: id },
    {
      edit: 'workspace.create',
      workspace: id,
      title: one(['T', "it's"]),
      members: [{ subject, roles: [{ role: 'member' }] }],
    },
    { edit: 'organization.create', organization: id, title: one(['T', 'true', '#']) },
    {
      edit: 'organization.change',
      organization,
      title: one(['A', 'B: c']),
      properties: { strict: one([true, false, null]) },
    },
    {
      edit: 'waiver.add',
      check: 'idle-role',
      about,
      reason: one(['kept', 'a: b']),
      until: one(['2098-01-31', '2099-12-31']),
    },
    { edit: 'waiver.end', check: one(['idle-role', 'unused-role']), about },
    { edit: 'permission.rename', permission, to: `${one(['doc', 'memo'])}:${id}`, keeps: one(['was', 'nothing']) },
  ];
  return one(edits);
}
