import { readdirSync, readFileSync } from 'node:fs';
import { assert } from 'chai';
import fc from 'fast-check';
import { casbinRows } from '../../src/compile/casbin-rules.ts';
import { compilePolicy, PolicyCompiler } from '../../src/compile/compile-policy.ts';
import type { SourceFile } from '../../src/compile/source-file.ts';
import type { PolicySet, Workspace } from '../../src/policy/policy-set.ts';
import {
  compileRight,
  compileTexts,
  findings,
  noonMs,
  sourceFile,
  sourceFiles,
  type PolicyTexts,
} from './policy-texts.ts';

const rolesYaml = 'permissions: { C: { a:b: t, a:c: t } }\nroles: { member: { grants: [a:b] } }\n';
const texts: PolicyTexts = {
  'roles.yaml': rolesYaml,
  'policies/acme/organization.yaml': 'organization: acme\n',
  'policies/acme/support.yaml': 'workspace: support\nroles: { lead: { extends: member } }\nmembers: { ana: lead }\n',
  'policies/acme/sales.yaml': 'workspace: sales\nmembers: { bo: [{ role: member, until: 2026-12-31 }] }\n',
  'policies/acme/sales.test.yaml': 'tests: [{ name: n, workspace: sales, as: bo, can: [a:b] }]\n',
};

/** A policy directory whose files are replaced one by one, as a watcher sees it. */
class EditedFiles {
  readonly files = new Map(sourceFiles(texts).map((file) => [file.path, file]));
  readonly compiler = new PolicyCompiler();

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

  it('compiles everything anew when roles.yaml changed', () => {
    const edited = new EditedFiles();
    const before = edited.compileRight();
    edited.write('roles.yaml', rolesYaml.replace('grants: [a:b]', 'grants: [a:c]'));
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
    edited.write('policies/acme/support.yaml', texts['policies/acme/support.yaml']!);
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

  it('gives what compiling once gives, whatever was edited in between', () => {
    const edit = fc.record({
      path: fc.constantFrom(...Object.keys(texts)),
      text: fc.constantFrom(
        ...Object.values(texts),
        'workspace: other\n',
        'workspace: support\nmembers: { ana: member }\n',
        'organization: beta\n',
        '{',
        rolesYaml.replace('a:b]', 'a:c]'),
      ),
    });
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 6 }), (edits) => {
        const edited = new EditedFiles();
        for (const { path, text } of edits) {
          edited.write(path, text);
          const { policy, problems } = edited.compile();
          const once = compilePolicy([...edited.files.values()], noonMs);
          assert.deepEqual(
            problems,
            once.problems.map(({ file, line, code }) => `${file}:${line} ${code}`),
          );
          assert.equal(policy?.revision, once.policy?.revision);
          if (policy && once.policy) assert.deepEqual(casbinRows(policy, noonMs), casbinRows(once.policy, noonMs));
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the same files', () => {
  const own = readPolicyFolder();

  it('our own policy is right, and quick to compile', () => {
    const { policy, problems, tests } = compilePolicy(own, noonMs);
    assert.isDefined(policy);
    assert.deepEqual(
      problems.filter(({ severity }) => severity === 'error'),
      [],
    );
    assert.isAbove(tests.length, 0);
  });

  it('in any order are the same policy: revision, rows, problems and tests', () => {
    const expected = compilePolicy(own, noonMs);
    const rows = casbinRows(expected.policy!, noonMs);
    fc.assert(
      fc.property(fc.shuffledSubarray(own, { minLength: own.length }), (files) => {
        const found = compilePolicy(files, noonMs);
        assert.equal(found.policy?.revision, expected.policy?.revision);
        assert.deepEqual(casbinRows(found.policy!, noonMs), rows);
        assert.deepEqual(found.problems, expected.problems);
        assert.deepEqual(
          found.tests.map(({ file }) => file),
          expected.tests.map(({ file }) => file),
        );
        assert.deepEqual([...found.policy!.workspaces.keys()], [...expected.policy!.workspaces.keys()]);
      }),
      { numRuns: 10 },
    );
  });

  it('in another layout decide the same: the rows differ in nothing but the lines they name', () => {
    const flow: PolicyTexts = {
      ...texts,
      'roles.yaml':
        '# a comment\npermissions:\n  C:\n    "a:b": t\n    \'a:c\': t\nroles:\n  member:\n    grants:\n      - "a:b"\n',
      'policies/acme/support.yaml':
        '{ workspace: "support", members: { "ana": [lead] }, roles: { lead: { extends: [member] } } } # end\r\n',
    };
    const rows = (of: PolicyTexts): unknown => {
      const { p, g } = casbinRows(compileRight(of), noonMs);
      return { p: p.map((row) => row.slice(0, -1)), g };
    };
    assert.deepEqual(rows(flow), rows(texts));
    assert.notEqual(compileRight(flow).revision, compileRight(texts).revision);
  });
});

describe('a policy directory', () => {
  it('without roles.yaml is none', () => {
    assert.deepEqual(findings({}), ['roles.yaml:1 missing-file ']);
    assert.deepEqual(findings({ 'policies/w.yaml': 'workspace: W' }), [
      'policies/w.yaml:1 bad-id W',
      'roles.yaml:1 missing-file ',
    ]);
  });

  it('with misnamed files is refused, for one could hold a deny', () => {
    assert.deepEqual(findings({ ...texts, 'policies/hr.yml': '' }), ['policies/hr.yml:1 bad-file-name ']);
    assert.deepEqual(
      findings({ 'roles.yml': rolesYaml }).map((finding) => finding.split(' ')[1]),
      ['missing-file', 'bad-file-name'],
    );
  });

  it('with anything that cannot be read is refused, a folder too', () => {
    for (const path of ['roles.yaml', 'model.conf', 'policies/acme/support.yaml', 'policies/acme/secret']) {
      const files = [...sourceFiles(texts).filter((file) => file.path !== path), { path, fault: 'may not be read' }];
      const { policy, problems } = compilePolicy(files, noonMs);
      assert.isUndefined(policy, path);
      assert.deepInclude(problems.filter(({ file }) => file === path)[0], { code: 'unreadable-file' }, path);
    }
  });

  it('with a test that cannot be read is a policy all the same', () => {
    const { policy, problems } = compilePolicy(
      [...sourceFiles(texts), { path: 'policies/x.test.yaml', fault: 'may not be read' }],
      noonMs,
    );
    assert.isDefined(policy);
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['unreadable-file'],
    );
  });

  it('with notes and other files is not disturbed by them', () => {
    assert.deepEqual(findings({ ...texts, 'README.md': '{', 'policies/notes.txt': '\t' }), []);
  });

  it('with a file of a hundred thousand mistakes tells them all', () => {
    const { policy, problems } = compileTexts({ ...texts, 'policies/acme/support.yaml': 'a: 1\n'.repeat(150_000) });
    assert.isUndefined(policy);
    assert.lengthOf(problems, 149_999);
  });
});

function readPolicyFolder(): SourceFile[] {
  const root = new URL('../../', import.meta.url);
  const below = (folder: string): string[] =>
    readdirSync(new URL(`${folder}/`, root), { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? below(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`],
    );
  return ['roles.yaml', 'model.conf', ...below('policies')].map((path) => ({
    path,
    content: readFileSync(new URL(path, root)),
  }));
}
