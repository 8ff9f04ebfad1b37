import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { runCommand } from '../../support/command-line.ts';
import { YamlEditor } from '../../support/yaml-editor.ts';

const modeline = (kind: string, from = '../'): string =>
  `# yaml-language-server: $schema=${from}schemas/${kind}.schema.json\n`;

describe('an editor in a folder that `init` wrote', function () {
  this.timeout(30_000);
  let root: string;
  let editor: YamlEditor;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'rolebook-editor-'));
    assert.strictEqual((await runCommand(['init', 'access'], { cwd: root })).exitCode, 0);
    editor = await YamlEditor.start(join(root, 'access'));
  });
  after(async () => {
    editor.close();
    await rm(root, { recursive: true });
  });
  const at = (path: string): string => join(root, 'access', path);
  const workspace = (text: string): Promise<string[]> =>
    editor.complete(at('policies/sales.yaml'), `${modeline('workspace')}workspace: sales\n${text}`);
  const test = (text: string): Promise<string[]> =>
    editor.complete(at('policies/sales.test.yaml'), `${modeline('test')}tests:\n  - name: one\n    ${text}`);
  const builtIn = ['member', 'workspace-admin', 'company-admin'];
  const grants = ['message:send', 'message:send@shared', 'tag:*', '"*"', '"*@personal"'];

  it('proposes permissions and scopes in what a role of a customer may do', async () => {
    assert.includeMembers(await workspace('roles:\n  lead:\n    grants:\n      - |\n'), grants);
    assert.includeMembers(await workspace('roles:\n  lead:\n    denies: [|]\n'), grants);
  });

  it('proposes roles in what a role follows, and for members', async () => {
    assert.includeMembers(await workspace('roles:\n  lead:\n    extends: |\n'), [...builtIn, 'trainee']);
    assert.includeMembers(await workspace('members:\n  ana: |\n'), builtIn);
    assert.includeMembers(await workspace('members:\n  ana:\n    - |\n'), builtIn);
    assert.includeMembers(await workspace('members:\n  ana:\n    - role: |\n'), builtIn);
    assert.includeMembers(await workspace('retired:\n  old: |\n'), builtIn);
  });

  it('proposes them in tests', async () => {
    assert.includeMembers(await test('can:\n      - |\n'), grants);
    assert.includeMembers(await test('as:\n      role: |\n'), builtIn);
  });

  it('proposes them in roles.yaml', async () => {
    const roles = (text: string): Promise<string[]> =>
      editor.complete(at('roles.yaml'), `${modeline('roles', '')}${text}`);
    assert.includeMembers(await roles('roles:\n  lead:\n    grants:\n      - |\n'), grants);
    assert.includeMembers(await roles('roles:\n  lead:\n    assigns:\n      - |\n'), builtIn);
    assert.includeMembers(await roles('permissions:\n  A:\n    a:b:\n      scopes:\n        - |\n'), [
      'personal',
      'shared',
    ]);
  });

  it('marks a grant of a customer that is misspelt, and neither one in roles.yaml nor a role that is new', async () => {
    const misspelt =
      'workspace: sales\nroles: { lead: { extends: newcomer, grants: [mesage:send] } }\nmembers: { ana: lead }\n';
    const marked = await editor.diagnose(at('policies/wrong.yaml'), modeline('workspace') + misspelt);
    assert.lengthOf(marked, 1);
    assert.match(marked[0] ?? '', /not accepted/);
    const right = misspelt.replace('mesage', 'message');
    assert.deepEqual(await editor.diagnose(at('policies/other.yaml'), modeline('workspace') + right), []);
    const written = 'permissions: { C: { a:new: New } }\nroles: { lead: { grants: [a:new] } }\n';
    assert.deepEqual(await editor.diagnose(at('other-roles.yaml'), modeline('roles', '') + written), []);
  });
});
