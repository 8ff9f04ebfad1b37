import { assert } from 'chai';
import { classifyPath, decidingKinds, pathMeant } from '../../../src/compile/file/policy-files.ts';

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

  describe('is told where a name is nearly one that is read, for what stands in it would be left out silently:', () => {
    const meant = {
      'roles.yml': 'roles.yaml',
      'Roles.yaml': 'roles.yaml',
      'ROLES.YAML': 'roles.yaml',
      'roles.yaml ': 'roles.yaml',
      'roles.yaml.txt': 'roles.yaml',
      'policies/support.yml': 'policies/support.yaml',
      'policies/support.YAML': 'policies/support.yaml',
      'policies/support.Yml': 'policies/support.yaml',
      'policies/support.yaml ': 'policies/support.yaml',
      'policies/support.yaml\u00a0': 'policies/support.yaml',
      'policies/support.yaml\u200b': 'policies/support.yaml',
      'policies/support.yaml\n': 'policies/support.yaml',
      'policies/support.yaml.': 'policies/support.yaml',
      'policies/support.yaml,': 'policies/support.yaml',
      'policies/support.y\u0430ml': 'policies/support.yaml',
      'policies/support\uff0eyaml': 'policies/support.yaml',
      'policies/support,yaml': 'policies/support.yaml',
      'policies/support. yaml': 'policies/support.yaml',
      'policies/support.ymal': 'policies/support.yaml',
      'policies/support.yalm': 'policies/support.yaml',
      'policies/support.yam': 'policies/support.yaml',
      'policies/support.yaaml': 'policies/support.yaml',
      'policies/support.yaml2': 'policies/support.yaml',
      'policies/support.yaml.txt': 'policies/support.yaml',
      'policies/support.yml (1)': 'policies/support.yaml',
      'policies/support.yaml.j2': 'policies/support.yaml',
      'policies/support.json': 'policies/support.yaml',
      'policies/support.JSON': 'policies/support.yaml',
      'policies/support.jsonc': 'policies/support.yaml',
      'policies/acme/organization.yml': 'policies/acme/organization.yaml',
      'policies/acme/Organization.yaml': 'policies/acme/organization.yaml',
      'policies/acme/ORGANIZATION.YML': 'policies/acme/organization.yaml',
      'policies/support.test.yml': 'policies/support.test.yaml',
      'policies/support.test.YAML': 'policies/support.test.yaml',
      'policies/support.Test.yaml': 'policies/support.test.yaml',
      'policies/support.tests.yaml': 'policies/support.test.yaml',
      'policies/support.tests.yml': 'policies/support.test.yaml',
      'policies/support.spec.yaml': 'policies/support.test.yaml',
      'policies/support.test.json': 'policies/support.test.yaml',
      'policies/support.test.yaml ': 'policies/support.test.yaml',
    };
    for (const [path, right] of Object.entries(meant)) {
      it(JSON.stringify(path), () => {
        assert.equal(classifyPath(path), 'misnamed');
        assert.equal(pathMeant(path), right);
        assert.notEqual(classifyPath(right), 'misnamed');
      });
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
      'roles.json',
      'Roles.md',
      'policies/support.yml~',
      'policies/support.yaml.~1~',
      'policies/#support.yaml#',
      'policies/support.yaml.swp',
      'policies/support.yaml.rej',
      'policies/support.yaml.old',
      'policies/support.json.bak2',
      'policies/support.yaml.disabled',
      'policies/support.yaml.example',
      'policies/notes.txt',
      'policies/notes',
      'policies/yaml',
      'policies/diagram.xml',
      'policies/page.html',
      'policies/how-to-write-yaml.md',
    ];
    for (const path of paths) assert.equal(classifyPath(path), 'ignored', path);
  });

  it('tests and notes do not decide, everything else does', () => {
    assert.sameMembers([...decidingKinds], ['roles', 'model', 'organization', 'workspace', 'misnamed']);
  });
});
