import { assert } from 'chai';
import fc from 'fast-check';
import { casbinRows } from '../../src/compile/casbin/casbin-rules.ts';
import { compilePolicy, PolicyCompiler, type CompileResult } from '../../src/compile/compile-policy.ts';
import type { CompileEffort } from '../../src/compile/incremental/workspace-source.ts';
import { allMembers, type PolicySet, type Workspace } from '../../src/policy/policy-set.ts';
import { noonMs, acmeRoles, sourceFile, sourceFiles, acmeTexts, type PolicyTexts } from '../support/policy-texts.ts';
import { lawRuns } from '../support/law-runs.ts';

/** A policy directory whose files are replaced one by one, as a watcher sees it. */
class EditedFiles {
  readonly files = new Map(sourceFiles(acmeTexts).map((file) => [file.path, file]));
  readonly compiler: PolicyCompiler;

  constructor(effort?: CompileEffort) {
    this.compiler = new PolicyCompiler(effort);
  }

  write(path: string, text: string): void {
    this.files.set(path, sourceFile(path, text));
  }

  compile(): { policy: PolicySet | undefined; problems: string[] } {
    const { policy, problems } = this.compiler.compile([...this.files.values()], noonMs);
    return { policy, problems: problems.map(({ file, line, code }) => `${file}:${line} ${code}`) };
  }

  compileRight(): PolicySet {
    const { policy, problems } = this.compile();
    assert.isDefined(policy, problems.join('\n'));
    return policy;
  }
}

/** What is of use to anybody, without what was kept for the next time. */
const meaning = ({ policy, tests, problems }: CompileResult): object => ({ policy, tests, problems });
const workspaceOf = (policy: PolicySet, id: string): Workspace => policy.workspaces.get(id)!;

describe('compiling again', () => {
  it('gives the very same workspaces for files that did not change', () => {
    const edited = new EditedFiles();
    const before = edited.compileRight();
    edited.write('policies/acme/sales.yaml', 'workspace: sales\nmembers: { cy: member }\n');
    const after = edited.compileRight();
    assert.equal(workspaceOf(after, 'support'), workspaceOf(before, 'support'));
    assert.notEqual(workspaceOf(after, 'sales'), workspaceOf(before, 'sales'));
    assert.equal(after.catalog, before.catalog);
    assert.equal(after.organizations[0], before.organizations[0]);
    assert.notEqual(after.revision, before.revision);
  });

  it('compiles the workspaces of an organization anew when its roles changed, and no others', () => {
    const edited = new EditedFiles();
    edited.write('policies/beta/other.yaml', 'workspace: other\nmembers: { di: member }\n');
    const boss = (grants: string): string => `organization: acme\nroles: { boss: { grants: [${grants}] } }\n`;
    edited.write('policies/acme/organization.yaml', boss('a:b'));
    edited.write('policies/acme/sales.yaml', 'workspace: sales\nmembers: { cy: boss }\n');
    const before = edited.compileRight();
    edited.write('policies/acme/organization.yaml', boss('a:c'));
    const after = edited.compileRight();
    assert.equal(workspaceOf(after, 'other'), workspaceOf(before, 'other'));
    for (const id of ['support', 'sales']) assert.notEqual(workspaceOf(after, id), workspaceOf(before, id));
    const [member] = allMembers(workspaceOf(after, 'sales').members);
    assert.equal(member?.assignments[0]?.role, after.organizations[0]?.roles.get('boss'));
    edited.write('policies/acme/organization.yaml', 'organization: acme\n');
    assert.deepEqual(edited.compile().problems, ['policies/acme/sales.yaml:2 unknown-role']);
  });

  it('gives nobody a role that stood in an organization that could not be understood', () => {
    const edited = new EditedFiles();
    edited.write('policies/acme/sales.yaml', 'workspace: sales\nmembers: { cy: boss }\n');
    edited.write('policies/acme/organization.yaml', 'organization: [\n');
    assert.notInclude(edited.compile().problems.join(), 'sales.yaml');
    edited.write('policies/acme/organization.yaml', 'organization: acme\n');
    assert.deepEqual(edited.compile().problems, ['policies/acme/sales.yaml:2 unknown-role']);
    edited.write('policies/acme/organization.yaml', 'organization: acme\nroles: { boss: { grants: [a:c] } }\n');
    const [member] = allMembers(workspaceOf(edited.compileRight(), 'sales').members);
    assert.equal(member?.assignments[0]?.role.id, 'boss');
  });

  it('compiles everything anew when roles.yaml changed', () => {
    const edited = new EditedFiles();
    const before = edited.compileRight();
    edited.write('roles.yaml', acmeRoles.replace('grants: [a:b]', 'grants: [a:c]'));
    const after = edited.compileRight();
    for (const id of ['support', 'sales']) {
      assert.notEqual(workspaceOf(after, id), workspaceOf(before, id));
      assert.notEqual(workspaceOf(after, id).organization, workspaceOf(before, id).organization);
    }
    assert.equal(
      workspaceOf(after, 'support').roles.get('lead')?.rules[0]?.cell,
      after.catalog.permissions.get('a:c')?.cells[0],
    );
  });

  it('compiles the workspaces of an organization anew when that changed', () => {
    const edited = new EditedFiles();
    const before = edited.compileRight();
    edited.write('policies/acme/organization.yaml', 'organization: acme\nplan: scale\n');
    const after = edited.compileRight();
    assert.notEqual(workspaceOf(after, 'support'), workspaceOf(before, 'support'));
    assert.equal(workspaceOf(after, 'support').organization, after.organizations[0]);
    assert.equal(after.catalog, before.catalog);
  });

  it('gives no policy while a file is broken, and every problem of every file', () => {
    const edited = new EditedFiles();
    edited.write('policies/acme/support.yaml', 'workspace: support\nmembers: { ana: lead }\n');
    edited.write('policies/acme/sales.yaml', 'workspace: sales\n\tmembers: {}\n');
    const { policy, problems } = edited.compile();
    assert.isUndefined(policy);
    assert.deepEqual(problems, ['policies/acme/sales.yaml:2 yaml-syntax', 'policies/acme/support.yaml:2 unknown-role']);
    edited.write('roles.yaml', '{');
    assert.deepEqual(
      edited.compile().problems.map((problem) => problem.split(':')[0]),
      ['policies/acme/sales.yaml', 'roles.yaml'],
    );
  });

  it('after healing has the revision and the rows it had before', () => {
    const edited = new EditedFiles();
    const before = edited.compileRight();
    edited.write('policies/acme/support.yaml', 'workspace: [');
    assert.isUndefined(edited.compile().policy);
    edited.write('policies/acme/support.yaml', acmeTexts['policies/acme/support.yaml']!);
    const after = edited.compileRight();
    assert.equal(after.revision, before.revision);
    assert.deepEqual(casbinRows(after, noonMs), casbinRows(before, noonMs));
  });

  it('drops a workspace whose file is gone', () => {
    const edited = new EditedFiles();
    edited.compileRight();
    edited.files.delete('policies/acme/sales.yaml');
    edited.files.delete('policies/acme/sales.test.yaml');
    assert.deepEqual([...edited.compileRight().workspaces.keys()], ['support']);
  });

  it('says what time brings, though no file changed', () => {
    const edited = new EditedFiles();
    const files = [...edited.files.values()];
    const codes = (nowMs: number): string[] => edited.compiler.compile(files, nowMs).problems.map(({ code }) => code);
    assert.deepEqual(codes(Date.parse('2026-12-31T23:59:59Z')), []);
    assert.deepEqual(codes(Date.parse('2027-01-01T00:00:00Z')), ['expired-membership']);
    assert.deepEqual(codes(noonMs), []);
  });

  const otherRoles = [
    acmeRoles.replace('a:b]', 'a:c]'),
    acmeRoles.replace('roles: {', 'roles: { lead: {}, '),
    acmeRoles.replace('member: { grants', 'member: { spans: organization, grants'),
    acmeRoles.replace('member:', 'guest:'),
    `subjectTypes: [user, service]\n${acmeRoles}`,
    `subjectTypes: [service, user]\n${acmeRoles}`,
    `subjectTypes: [service]\n${acmeRoles}`,
  ];
  const manyKinds = `workspace: support
roles: { lead: { extends: member } }
members:
  ana: [lead, { role: member, from: 2026-03-01, until: 2026-09-01, reason: leave }]
  service:bot: { roles: member, properties: { team: red } }
  dee: { roles: [{ role: lead, until: 2020-01-01 }] }
`;

  it('gives what compiling once gives, whatever was edited in between', () => {
    const edit = fc.oneof(
      fc.record({
        path: fc.constantFrom(...Object.keys(acmeTexts)),
        text: fc.constantFrom(
          ...Object.values(acmeTexts),
          'workspace: other\n',
          'workspace: support\nmembers: { ana: member }\n',
          'organization: beta\n',
          'organization: acme\nroles: { boss: { extends: member, grants: [a:c] } }\n',
          'organization: acme\nroles: { boss: { spans: organization } }\nretired: { lead: boss }\n',
          'organization: acme\nroles: { lead: {} }\n',
          'workspace: support\nroles: { lead: { extends: boss } }\nmembers: { ana: boss, bo: lead, cy: member }\n',
          'workspace: sales\nmembers: { bo: boss, cy: [{ role: member, until: 2026-12-31 }] }\n',
          '{',
        ),
      }),
      fc.record({ path: fc.constant('roles.yaml'), text: fc.constantFrom(acmeRoles, ...otherRoles) }),
      fc.record({ path: fc.constant('policies/acme/support.yaml'), text: fc.constant(manyKinds) }),
    );
    const effort = fc.constantFrom<CompileEffort | undefined>(undefined, { keeps: 'parsed text' });
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 6 }), effort, (edits, chosen) => {
        const edited = new EditedFiles(chosen);
        for (const { path, text } of edits) {
          edited.write(path, text);
          const again = edited.compiler.compile([...edited.files.values()], noonMs);
          const once = compilePolicy([...edited.files.values()], noonMs);
          assert.deepEqual(meaning(again), meaning(once));
        }
      }),
      { numRuns: lawRuns(200) },
    );
  });

  it('gives the members of an unchanged file the roles of now, in the places they had', () => {
    for (const roles of otherRoles) {
      const edited = new EditedFiles();
      edited.write('policies/acme/support.yaml', manyKinds);
      edited.write('roles.yaml', `subjectTypes: [user, service]\n${acmeRoles}`);
      const before = workspaceOf(edited.compileRight(), 'support');
      edited.write('roles.yaml', roles);
      const again = edited.compiler.compile([...edited.files.values()], noonMs);
      assert.deepEqual(meaning(again), meaning(compilePolicy([...edited.files.values()], noonMs)), roles);
      const now = again.policy?.workspaces.get('support');
      if (!now) continue;
      const member = [...allMembers(now.members)].find(({ subject }) => subject.id === 'ana');
      assert.equal(member?.assignments[0]?.role, now.roles.get('lead'));
      assert.notEqual(member?.assignments[0]?.role, before.roles.get('lead'));
    }
  });

  it('tells no warnings to whoever wants none, and every error all the same', () => {
    const unsound = { ...acmeTexts, 'policies/acme/support.yaml': 'workspace: support\nroles: { lead: {} }\n' };
    const codes = (more: PolicyTexts, effort?: CompileEffort): string[] =>
      new PolicyCompiler(effort).compile(sourceFiles({ ...unsound, ...more }), noonMs).problems.map(({ code }) => code);
    assert.deepEqual(codes({}), ['unused-role']);
    assert.deepEqual(codes({}, { tells: 'errors' }), []);
    const wrong = { 'policies/acme/sales.yaml': 'workspace: sales\nmembers: { bo: boss }\n' };
    assert.include(codes(wrong, { tells: 'errors' }), 'unknown-role');
  });

  it('holds nothing of files that were let go of, and compiles them anew when they come back', () => {
    const edited = new EditedFiles({ keeps: 'parsed text' });
    const before = edited.compileRight();
    edited.compiler.forget([edited.files.get('policies/acme/support.yaml')!]);
    const after = edited.compileRight();
    assert.notEqual(workspaceOf(after, 'support'), workspaceOf(before, 'support'));
    assert.equal(workspaceOf(after, 'sales'), workspaceOf(before, 'sales'));
    assert.deepEqual(after, before);
  });
});
