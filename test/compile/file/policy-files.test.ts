import { assert } from 'chai';
import { classifyPath, decidingKinds } from '../../../src/compile/file/policy-files.ts';

describe('which file is what', () => {
  it('goes by the path alone', () => {
    const kinds = {
      'roles.yaml': 'roles',
      'model.conf': 'model',
      'policies/organization.yaml': 'organization',
      'policies/acme/organization.yaml': 'organization',
      'policies/support.yaml': 'workspace',
      'policies/acme/emea/support.yaml': 'workspace',
      'policies/roles.yaml': 'workspace',
      'policies/Support Team (EMEA).yaml': 'workspace',
      'policies/test.yaml': 'workspace',
      'policies/support.test.yaml': 'test',
      'policies/acme/organization.test.yaml': 'test',
      'policies/.test.yaml': 'ignored',
    };
    for (const [path, kind] of Object.entries(kinds)) assert.equal(classifyPath(path), kind, path);
  });

  it('a file with the other ending would be left out silently, so it is told', () => {
    for (const path of [
      'roles.yml',
      'policies/support.yml',
      'policies/acme/organization.yml',
      'policies/support.test.yml',
    ]) {
      assert.equal(classifyPath(path), 'misnamed', path);
    }
  });

  it("notes, editors' locks and the folders of mounted ConfigMaps are left alone", () => {
    const paths = [
      '',
      'README.md',
      'policies',
      'policies/',
      'policies/README.md',
      'policies/CODEOWNERS',
      'policies/support.yaml~',
      'policies/support.yaml.bak',
      'policies/.#support.yaml',
      'policies/.support.yaml.swp',
      'policies/..data/support.yaml',
      'policies/..2026_11_20/support.yaml',
      'policies/.git/x.yaml',
      'policies/.yaml',
      'docs/roles.yaml',
      'examples/policies/support.yaml',
      'acme.yaml',
      'other/policies/support.yml',
      'Policies/support.yaml',
      'roles.yaml.orig',
      'model.conf.bak',
      'policies/support.YAML',
      'policies/support.json',
    ];
    for (const path of paths) assert.equal(classifyPath(path), 'ignored', path);
  });

  it('tests and notes do not decide, everything else does', () => {
    assert.sameMembers([...decidingKinds], ['roles', 'model', 'organization', 'workspace', 'misnamed']);
  });
});
