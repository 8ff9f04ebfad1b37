import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { load } from 'js-yaml';
import { repository } from '../../docs/markdown.ts';
import { createScratchClone, type ScratchClone } from './scratch-clone.ts';

interface Hook {
  readonly id: string;
  readonly entry: string;
  readonly language: string;
  readonly files: string;
  readonly pass_filenames: boolean;
}

const read = (path: string): unknown => load(readFileSync(join(repository, path), 'utf8'));
const hooks = read('.pre-commit-hooks.yaml') as readonly Hook[];

describe('the hooks for pre-commit', () => {
  it('are what the example asks for', () => {
    const { repos } = read('docs/ci/pre-commit-config.yaml') as { repos: { hooks: { id: string }[] }[] };
    assert.deepEqual(
      repos.flatMap((repo) => repo.hooks.map(({ id }) => id)),
      hooks.map(({ id }) => id),
    );
  });

  it('are installed with npm, which gives them `rolebook`, and judge the whole policy', () => {
    const { bin } = read('package.json') as { bin: Record<string, string> };
    for (const hook of hooks) {
      assert.strictEqual(hook.language, 'node');
      assert.strictEqual(hook.pass_filenames, false);
      assert.property(bin, hook.entry.split(' ')[0] ?? '');
    }
  });

  it('can be installed: `npm pack` prints the name of the package and nothing of the build', () => {
    const said = execFileSync('npm', ['config', 'get', 'foreground-scripts'], { cwd: repository, encoding: 'utf8' });
    assert.strictEqual(said, 'false\n');
  });

  it('run for a file of a policy and for no other', () => {
    const matched = [
      'roles.yaml',
      'roles.yml',
      'model.conf',
      'access/roles.yaml',
      'policies/organization.yaml',
      'policies/acme/support-emea.yaml',
      'policies/acme/support-emea.test.yaml',
      'services/access/policies/acme/sales.yml',
    ];
    const others = [
      'README.md',
      'my-roles.yaml',
      'roles.yaml.orig',
      'roles.json',
      'policies/acme/README.md',
      'policies.yaml',
      'docs/our-policies/a.yaml',
      'policies/.yaml.swp',
      'model_conf',
    ];
    const paths = [...matched, ...others].join('\n');
    for (const { files } of hooks) {
      const found = execFileSync('grep', ['-E', files], { input: paths, encoding: 'utf8' });
      assert.deepEqual(found.trimEnd().split('\n'), matched);
    }
  });

  describe('in a repository', function () {
    this.timeout(60_000);
    let clone: ScratchClone;

    before(async () => {
      clone = await createScratchClone();
    });
    after(() => clone.remove());

    const commitWithHooks = async (message: string): Promise<{ exitCode: number; all: string }> => {
      // git runs a hook with `GIT_DIR` and its kin set, which must not mislead rolebook.
      const entries = hooks.map(({ entry }) => entry).join('\n');
      await clone.write('.git/hooks/pre-commit', `#!/bin/sh\nset -e\n${entries}\n`);
      return clone.bash(`chmod +x .git/hooks/pre-commit && git commit --all --message '${message}'`);
    };

    it('run no rolebook of the branch', async () => {
      await clone.bash('rm node_modules/.bin/rolebook');
      await clone.write('node_modules/.bin/rolebook', '#!/bin/sh\ntouch caught\n');
      await clone.write('package.json', '{"scripts": {"rolebook": "touch caught"}}');
      await clone.bash('chmod +x node_modules/.bin/rolebook');
      await clone.edit('policies/acme/support-emea.yaml', 'title: Support EMEA', 'title: Support of EMEA');
      const { exitCode, all } = await commitWithHooks('Say it in full');
      assert.strictEqual(exitCode, 0, all);
      assert.notStrictEqual((await clone.bash('ls caught')).exitCode, 0);
    });

    it('let a sound commit through', async () => {
      await clone.edit('policies/acme/support-emea.yaml', 'Runs a shift,', 'Leads a shift,');
      const { exitCode, all } = await commitWithHooks('Say it better');
      assert.strictEqual(exitCode, 0, all);
    });

    it('stop one with a mistake, and one that breaks a promise', async () => {
      const file = 'policies/acme/support-emea.yaml';
      await clone.edit(file, '      - "report:*"\n', '      - "report:*"\n      - teammate:manage\n');
      const broken = await commitWithHooks('Team leads invite teammates');
      assert.strictEqual(broken.exitCode, 1);
      assert.include(broken.all, '1 failed');
      await clone.edit(file, '- teammate:manage', '- teammate:mange');
      const mistaken = await commitWithHooks('Team leads invite teammates');
      assert.strictEqual(mistaken.exitCode, 1);
      assert.include(mistaken.all, 'unknown permission `teammate:mange`');
    });
  });
});
