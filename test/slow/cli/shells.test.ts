import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, readdir, symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { assert } from 'chai';
import { shells, type Shell } from '../../../src/cli/completion/shell-scripts.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';
import { rolebookProgram } from '../../support/rolebook-program.ts';

/** Ids that would do something, were they read as commands. */
const names = [
  'ana bo',
  '`touch pwned`',
  "o'brien",
  'a;touch pwned;b',
  '${HOME}x',
  '$HOME',
  'back\\slash',
  '!bang',
  'na*me?',
  '~tilde',
  '#hash',
  'x > pwned',
  'ключ один',
  'service:bot',
  "service:it's me",
  'user:urn:x:1',
];

/*
 * Each prints the names that a shell would offer. Bash is given texts to type, so they are read again as a part of a line:
 * alone, and between quotes that were open.
 */
const readsAgain: Readonly<Record<Shell, string>> = {
  bash: `
source <(rolebook completion bash)
try() {
    local before=$2 after=$3
    COMP_LINE="rolebook access $1"
    COMP_POINT=\${#COMP_LINE}
    _rolebook
    for reply in "\${COMPREPLY[@]}"; do
        eval "set -- $before$reply$after"
        printf '%s\\n' "$1"
    done
}
try "" "" ""
echo ---
try "'" "'" "'"
echo ---
try '"' '"' '"'
`,
  zsh: `
compdef() { :; }
compadd() { shift; print -rl -- "$@"; }
source <(rolebook completion zsh)
words=(rolebook access '') CURRENT=3 PREFIX=''
_rolebook || true
`,
  fish: `
rolebook completion fish | source
complete -C 'rolebook access '
`,
};

function isInstalled(shell: Shell): boolean {
  return spawnSync(shell, ['-c', 'exit 0']).status === 0;
}

describe('completion in a shell', () => {
  let folder: PolicyFolder;
  let path: string;

  before(async () => {
    folder = await createPolicyFolder({
      'roles.yaml':
        'subjectTypes: [user, service]\npermissions: { Things: { doc:read: Read } }\nroles: { member: { title: M, grants: [doc:read] } }\ndefaultRole: member\n',
      'policies/one.yaml': `workspace: one\nmembers:\n${names.map((name) => `  ${JSON.stringify(name)}: member\n`).join('')}`,
    });
    const programs = join(folder.root, 'programs');
    await mkdir(programs);
    await symlink(rolebookProgram, join(programs, 'rolebook'));
    path = `${programs}${delimiter}${process.env['PATH'] ?? ''}`;
  });
  after(() => folder.dispose());

  const runIn = (shell: Shell, script: string): string => {
    const env = { ...process.env, PATH: path, HOME: folder.root };
    return execFileSync(shell, ['-c', script], { cwd: folder.root, env, encoding: 'utf8', timeout: 15_000 });
  };

  for (const shell of shells.filter(isInstalled)) {
    it(`completes hostile names in ${shell} as they are, and runs none of them`, async () => {
      const [plain = '', ...quoted] = runIn(shell, readsAgain[shell]).trimEnd().split('\n---\n');
      assert.sameMembers(plain.split('\n'), names);
      for (const [index, text] of quoted.entries()) {
        // Between double quotes bash would take `!` for its history, so such a name is not offered.
        const expected = index === 1 ? names.filter((name) => !name.includes('!')) : names;
        assert.sameMembers(text.split('\n'), expected);
      }
      assert.notInclude(await readdir(folder.root), 'pwned');
    });

    it(`says nothing in ${shell} where the policy has errors`, async () => {
      await folder.write('policies/two.yaml', 'workspace: [\n');
      try {
        assert.equal(runIn(shell, readsAgain[shell]).replaceAll(/[-\s]/g, ''), '');
      } finally {
        await folder.remove('policies/two.yaml');
      }
    });
  }

  if (isInstalled('fish')) {
    it('completes files behind an option in fish', () => {
      const offer = (line: string): string =>
        runIn('fish', `rolebook completion fish | source\ncomplete -C ${JSON.stringify(line)}`).trimEnd();
      assert.equal(offer('rolebook review rol'), 'roles.yaml');
      assert.equal(offer('rolebook review --counts=rol'), '--counts=roles.yaml');
      assert.equal(offer('rolebook test --report json=rol'), 'json=roles.yaml');
      assert.equal(offer("rolebook test --report=json='rol"), '--report=json=roles.yaml');
      assert.equal(offer('rolebook matrix --policy=pol'), '--policy=policies/\tDirectory');
    });
  }

  it('is tried in bash at least', () => {
    assert.isTrue(isInstalled('bash'));
  });
});
