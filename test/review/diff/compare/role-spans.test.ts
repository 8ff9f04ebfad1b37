import { assert } from 'chai';
import { groupChanges } from '../../../../src/review/diff/wording/change-lines.ts';
import { judgeInShares } from '../../../../src/review/diff/compare/judge-policies.ts';
import { compare, linesOf, type Files } from '../../../support/edited-policy.ts';
import { nowMs, sourceFiles } from '../../../support/compile-yaml.ts';

const rolesYaml = `permissions: { Docs: { doc:read: Read, doc:edit: Edit } }
roles:
  member: { grants: [doc:read] }
  roamer: { spans: memberships, grants: [doc:edit] }
  helper: { spans: everything, grants: [doc:edit] }
staff: { mia: helper }
`;
const acme = 'policies/acme/organization.yaml';
const base: Files = {
  'roles.yaml': rolesYaml,
  [acme]: 'organization: acme\nroles:\n  lead: { grants: [doc:read] }\nmembers: { olu: roamer }\n',
  'policies/acme/one.yaml': 'workspace: one\nmembers: { ana: lead, olu: member }\n',
  'policies/acme/two.yaml': 'workspace: two\nroles: { chief: { extends: lead } }\nmembers: { bo: chief }\n',
  'policies/beta/organization.yaml': 'organization: beta\nroles: { lead: {} }\n',
  'policies/beta/three.yaml': 'workspace: three\nmembers: { cy: lead }\n',
};

async function told(after: Files): Promise<string[]> {
  const difference = await compare(base, { ...base, ...after });
  return [...linesOf(difference), ...difference.notices.map(({ kind, text }) => `${kind}: ${text}`)];
}

describe('a change of a role of an organization', () => {
  it('reaches its holders in all its workspaces, and nobody elsewhere', async () => {
    const organization = base[acme]!.replace('[doc:read]', '[doc:edit]');
    assert.deepEqual(await told({ [acme]: organization }), [
      '+ ana in one: doc:edit: grant-added, role `lead` grants it, after policies/acme/organization.yaml:3',
      '- ana in one: doc:read: grant-removed, role `lead` no longer grants it, before policies/acme/organization.yaml:3',
      '+ bo in two: doc:edit: grant-added, role `lead` grants it, after policies/acme/organization.yaml:3',
      '- bo in two: doc:read: grant-removed, role `lead` no longer grants it, before policies/acme/organization.yaml:3',
    ]);
  });

  it('is told as a name, where it has another one', async () => {
    const files = {
      [acme]: base[acme]!.replace('  lead:', '  leader:').replace('members:', 'retired: { lead: leader }\nmembers:'),
      'policies/acme/one.yaml': base['policies/acme/one.yaml']!.replace('lead', 'leader'),
      'policies/acme/two.yaml': base['policies/acme/two.yaml']!.replace('lead', 'leader'),
    };
    assert.deepEqual(await told(files), ['role-renamed: role `lead` of `acme` is now called `leader`, held by 1']);
  });

  it('is told of those who held it when it is gone, with where they went', async () => {
    const files = {
      [acme]: 'organization: acme\nretired: { lead: roamer }\nmembers: { olu: roamer }\n',
      'policies/acme/one.yaml': 'workspace: one\nmembers: { olu: member }\n',
      'policies/acme/two.yaml': 'workspace: two\nmembers: { bo: member }\n',
    };
    assert.deepEqual(await told(files), [
      '- ana in one: doc:read: role-deleted, role `lead` is gone, and its holders went to `roamer`, before policies/acme/organization.yaml:3',
      'role-removed: role `lead` of `acme` is gone, 1 held it; its holders go to `roamer`',
      'role-removed: role `chief` of `two` is gone, 1 held it',
      'member-moved: `bo` moved from role `chief` to `member` in `two`',
    ]);
  });

  it('is a notice where nobody holds it yet', async () => {
    const organization = base[acme]!.replace('members:', '  sub: { grants: [doc:edit] }\nmembers:');
    assert.deepEqual(await told({ [acme]: organization }), ['role-added: role `sub` of `acme` is new, held by nobody']);
    const changed = await compare(
      { ...base, [acme]: organization },
      { ...base, [acme]: organization.replace('[doc:edit]', '[doc:read]') },
    );
    assert.deepEqual(
      changed.notices.map(({ text }) => text),
      ['role `sub` of `acme`, held by nobody, now allows `doc:read` and no longer allows `doc:edit`'],
    );
  });

  it('that moves up from a workspace takes nothing from whoever holds it', async () => {
    const files = {
      [acme]: base[acme]!.replace('members:', '  chief: { extends: lead }\nmembers:'),
      'policies/acme/two.yaml': 'workspace: two\nmembers: { bo: chief }\n',
    };
    assert.deepEqual(
      (await told(files)).filter((line) => /^[+-]/.test(line)),
      [],
    );
  });
});

describe('another plan', () => {
  it('freezes the roles of the organization, which is told of whoever holds one', async () => {
    const files = (plan: string): Files => ({
      ...base,
      'roles.yaml': `plans: [free, scale]\ncustomRoles: { plans: [scale] }\n${rolesYaml}`,
      [acme]: `${base[acme]!}plan: ${plan}\n`.replace('[doc:read]', '[doc:edit]'),
      'policies/beta/organization.yaml': 'organization: beta\nplan: scale\nroles: { lead: {} }\n',
    });
    const lines = linesOf(await compare(files('scale'), files('free')));
    const cause = 'plan-changed, `acme` is now on the plan `free`, where custom roles are frozen';
    assert.deepEqual(lines, [
      `- ana in one: doc:edit: ${cause}, after policies/acme/organization.yaml:1`,
      `- bo in two: doc:edit: ${cause}, after policies/acme/organization.yaml:1`,
    ]);
  });
});

describe('a change for a role that spans memberships', () => {
  it('is told where its holder is a member', async () => {
    const roles = rolesYaml.replace('memberships, grants: [doc:edit]', 'memberships, grants: []');
    assert.deepEqual(await told({ 'roles.yaml': roles }), [
      '- olu in one: doc:edit: grant-removed, role `roamer` no longer grants it, before roles.yaml:4',
    ]);
  });

  it('comes from the membership with which it holds, and goes with it', async () => {
    const joins = {
      'policies/acme/two.yaml': base['policies/acme/two.yaml']!.replace('bo: chief', 'bo: chief, olu: member'),
    };
    assert.deepEqual(await told(joins), [
      '+ olu in two: doc:edit: role-given, role `member` is given, with which `roamer` holds here, after policies/acme/two.yaml:3',
      '+ olu in two: doc:read: role-given, role `member` is given, after policies/acme/two.yaml:3',
    ]);
    const leaves = { 'policies/acme/one.yaml': 'workspace: one\nmembers: { ana: lead }\n' };
    assert.deepEqual(await told(leaves), [
      '- olu in one: doc:edit: role-taken, role `member`, without which `roamer` does not hold here, is taken away, before policies/acme/one.yaml:2',
      '- olu in one: doc:read: role-taken, role `member` is taken away, before policies/acme/one.yaml:2',
    ]);
  });

  it('has the times of the membership', async () => {
    const timed = {
      'policies/acme/one.yaml': 'workspace: one\nmembers: { ana: lead, olu: [{ role: member, until: 2026-12-31 }] }\n',
    };
    const { changes } = await compare(base, { ...base, ...timed });
    assert.deepEqual(
      changes.map(({ kind, permissions, fromMs, cause }) => [kind, permissions.join(), fromMs, cause.kind]),
      [['lost', 'doc:read,doc:edit', Date.UTC(2027, 0, 1), 'period-changed']],
    );
  });
});

describe('a change of the staff', () => {
  const many: Files = {
    'roles.yaml': rolesYaml,
    ...Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [
        `policies/c${index % 3}/w${index}.yaml`,
        `workspace: w${index}\nmembers: { ana: member }\n`,
      ]),
    ),
  };

  it('is one line, however many workspaces there are', async () => {
    const after = { ...many, 'roles.yaml': rolesYaml.replace('mia: helper', 'mia: helper, sid: helper') };
    const { changes } = await compare(many, after);
    assert.lengthOf(changes, 300);
    const [line, ...others] = groupChanges(changes);
    assert.lengthOf(others, 0);
    assert.equal(line?.count, 1);
    assert.lengthOf(line?.places ?? [], 300);
    assert.deepEqual(line?.places[0]?.subjects, ['sid']);
    assert.equal(line?.cause.text, 'role `helper` is given');
    assert.equal(line?.cause.file, 'roles.yaml');
  });

  it('is the same in however many shares it is looked at', async () => {
    const after = { ...many, 'roles.yaml': rolesYaml.replace('mia: helper', 'sid: helper') };
    const [before, then] = [sourceFiles(many), sourceFiles(after)];
    const told = async (count: number): Promise<unknown> => {
      const judged = await judgeInShares({ before, after: then, members: [], nowMs }, count, () => undefined);
      return judged && 'difference' in judged ? judged.difference : undefined;
    };
    const whole = await told(1);
    assert.isDefined(whole);
    assert.deepEqual(await told(3), whole);
  });

  it('is told with its times', async () => {
    const after = { 'roles.yaml': rolesYaml.replace('mia: helper', 'mia: [{ role: helper, until: 2026-12-31 }]') };
    const { changes } = await compare(base, { ...base, ...after });
    assert.deepEqual(
      [...new Set(changes.map(({ kind, fromMs }) => `${kind} ${fromMs}`))],
      [`lost ${Date.UTC(2027, 0, 1)}`],
    );
    assert.lengthOf(changes, 3);
  });
});
