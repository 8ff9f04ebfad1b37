import { readdirSync, readFileSync } from 'node:fs';
import { assert } from 'chai';
import fc from 'fast-check';
import { casbinRows } from '../../src/compile/casbin/casbin-rules.ts';
import { compilePolicy } from '../../src/compile/compile-policy.ts';
import type { SourceFile } from '../../src/compile/file/policy-files.ts';
import { limits } from '../../src/policy/limits.ts';
import {
  compileRight,
  compileTexts,
  findings,
  noonMs,
  acmeRoles,
  sourceFiles,
  acmeTexts,
  type PolicyTexts,
} from '../support/policy-texts.ts';
import { lawRuns } from '../support/law-runs.ts';

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
      { numRuns: lawRuns(10) },
    );
  });

  it('in another layout decide the same: the rows differ in nothing but the lines they name', () => {
    const flow: PolicyTexts = {
      ...acmeTexts,
      'roles.yaml':
        '# a comment\npermissions:\n  C:\n    "a:b": t\n    \'a:c\': t\nroles:\n  member:\n    grants:\n      - "a:b"\n',
      'policies/acme/support.yaml':
        '{ workspace: "support", members: { "ana": [lead] }, roles: { lead: { extends: [member] } } } # end\r\n',
    };
    const rows = (of: PolicyTexts): unknown => {
      const { p, g } = casbinRows(compileRight(of), noonMs);
      return { p: p.map((row) => row.slice(0, -1)), g };
    };
    assert.deepEqual(rows(flow), rows(acmeTexts));
    assert.notEqual(compileRight(flow).revision, compileRight(acmeTexts).revision);
  });
});

describe('a policy directory', () => {
  it('without roles.yaml is none', () => {
    assert.deepEqual(findings({}), ['roles.yaml:1 missing-file ']);
    assert.deepEqual(findings({ 'policies/w.yaml': 'workspace: W w' }), [
      'policies/w.yaml:1 bad-id W w',
      'roles.yaml:1 missing-file ',
    ]);
  });

  it('with misnamed files is refused, for one could hold a deny', () => {
    assert.deepEqual(findings({ ...acmeTexts, 'policies/hr.yml': '' }), ['policies/hr.yml:1 bad-file-name ']);
    assert.deepEqual(
      findings({ 'roles.yml': acmeRoles }).map((finding) => finding.split(' ')[1]),
      ['missing-file', 'bad-file-name'],
    );
  });

  it('with anything that cannot be read is refused, a folder too', () => {
    for (const path of ['roles.yaml', 'model.conf', 'policies/acme/support.yaml', 'policies/acme/secret']) {
      const files = [
        ...sourceFiles(acmeTexts).filter((file) => file.path !== path),
        { path, fault: 'may not be read' },
      ];
      const { policy, problems } = compilePolicy(files, noonMs);
      assert.isUndefined(policy, path);
      assert.deepInclude(problems.filter(({ file }) => file === path)[0], { code: 'unreadable-file' }, path);
    }
  });

  it('with a test that cannot be read is a policy all the same', () => {
    const { policy, problems } = compilePolicy(
      [...sourceFiles(acmeTexts), { path: 'policies/x.test.yaml', fault: 'may not be read' }],
      noonMs,
    );
    assert.isDefined(policy);
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['unreadable-file'],
    );
  });

  it('with notes and other files is not disturbed by them', () => {
    assert.deepEqual(findings({ ...acmeTexts, 'README.md': '{', 'policies/notes.txt': '\t' }), []);
  });

  it('with a file of a hundred thousand mistakes tells the first and counts them all', () => {
    const texts = { ...acmeTexts, 'policies/acme/support.yaml': 'a: 1\n'.repeat(150_000) };
    const { policy, problems, problemCounts } = compileTexts(texts);
    assert.isUndefined(policy);
    assert.lengthOf(problems, limits.fileProblems);
    assert.deepEqual(problemCounts, { errors: 149_999, warnings: 0 });
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
