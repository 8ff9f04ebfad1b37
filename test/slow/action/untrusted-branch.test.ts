import { existsSync } from 'node:fs';
import { chmod, cp, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { assert } from 'chai';
import { repository } from '../../docs/markdown.ts';
import { runAction } from './run-action.ts';
import { createScratchClone, type Finished, type ScratchClone } from './scratch-clone.ts';

const workspace = 'policies/acme/support-emea.yaml';
const lastGrant = '      - "report:*"\n';

describe('the review of a branch that is full of traps', function () {
  this.timeout(60_000);
  let clone: ScratchClone;
  /** Whoever is caught by a trap writes its name here. */
  let loot: string;

  beforeEach(async () => {
    clone = await createScratchClone();
    loot = join(dirname(clone.root), 'loot');
    clone.git('switch', '--quiet', '--create', 'change');
    await clone.edit(workspace, lastGrant, `${lastGrant}      - teammate:manage\n`);
    await layTraps();
    clone.commit('Team leads invite teammates');
  });
  afterEach(() => clone.remove());

  const caught = async (): Promise<string> => (existsSync(loot) ? readFile(loot, 'utf8') : '');

  const writeTrap = async (path: string): Promise<void> => {
    await clone.write(path, `#!/bin/sh\necho '${path}' "$GITHUB_TOKEN" >> '${loot}'\nexit 0\n`);
    await chmod(join(clone.root, path), 0o755);
  };

  const layTraps = async (): Promise<void> => {
    await clone.bash('rm -f node_modules/.bin/rolebook .gitignore');
    const names = ['rolebook', 'node', 'npm', 'npx', 'git', 'bash', 'sh', 'env', 'sed', 'cat', 'grep', 'mktemp'];
    const more = ['realpath', 'paste', 'rm', 'mkdir', 'tsc', 'git-diff', 'shell'];
    for (const name of [...names, ...more]) {
      await writeTrap(`node_modules/.bin/${name}`);
      await writeTrap(name);
    }
    for (const path of ['.bashrc', '.bash_profile', '.profile', '.envrc', 'trap.sh']) await writeTrap(path);
    for (const hook of ['post-checkout', 'pre-commit', 'fsmonitor-watchman']) await writeTrap(`.githooks/${hook}`);
    const trapped = { scripts: Object.fromEntries(names.map((name) => [name, './shell scripts'])) };
    const scripts = { preinstall: './shell preinstall', prepare: './shell prepare', build: './shell build' };
    await clone.write(
      'package.json',
      JSON.stringify({ name: 'rolebook', scripts: { ...trapped.scripts, ...scripts } }),
    );
    await clone.write('.npmrc', `script-shell=${clone.root}/shell\nnode-options=--require ${clone.root}/trap.cjs\n`);
    await clone.write('trap.cjs', `require('node:fs').appendFileSync('${loot}', 'trap.cjs\\n');\n`);
    await clone.write('node_modules/casbin/index.js', `require('../../trap.cjs');\n`);
    await clone.write('.env', `NODE_OPTIONS=--require ${clone.root}/trap.cjs\nPATH=${clone.root}\n`);
    await clone.write('node.config.json', JSON.stringify({ nodeOptions: { import: [`${clone.root}/trap.cjs`] } }));
    await clone.write('.gitattributes', '* filter=trap diff=trap merge=trap\n*.yaml text eol=lf ident\n');
    await clone.write(
      '.gitconfig',
      `[filter "trap"]\n\tclean = ${clone.root}/trap.sh\n[core]\n\thooksPath = .githooks\n`,
    );
    await clone.write('.gitmodules', `[submodule "x"]\n\tpath = x\n\turl = ext::${clone.root}/trap.sh\n`);
    const odd = ['$(.\\trap.sh)', '`trap.sh`', '-n', '--help', '; trap.sh', "'trap.sh'", 'a\nb', '::error::x'];
    for (const [index, name] of odd.entries())
      await clone.write(`policies/traps/${name}.yaml`, `workspace: w-${index}\nmembers: {}\n`);
  };

  /** What steps that ran the branch's code would leave for those that follow; a checkout alone leaves none of it. */
  const leftByEarlierSteps = (): Record<string, string> => ({
    PATH: `${clone.root}/node_modules/.bin:${clone.root}:.::node_modules/.bin:${process.env['PATH'] ?? ''}`,
    NODE_OPTIONS: `--require ${clone.root}/trap.cjs`,
    NODE_PATH: `${clone.root}/node_modules`,
    BASH_ENV: `${clone.root}/trap.sh`,
    ENV: `${clone.root}/trap.sh`,
    CDPATH: clone.root,
    SHELLOPTS: 'xtrace',
    PS4: `$(${clone.root}/trap.sh)`,
    'BASH_FUNC_sed%%': `() { ${clone.root}/trap.sh; }`,
    'BASH_FUNC_cd%%': `() { ${clone.root}/trap.sh; }`,
    npm_config_script_shell: `${clone.root}/shell`,
    npm_config_userconfig: `${clone.root}/.npmrc`,
    GIT_EXTERNAL_DIFF: `${clone.root}/trap.sh`,
    GIT_CONFIG_GLOBAL: `${clone.root}/.gitconfig`,
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'core.fsmonitor',
    GIT_CONFIG_VALUE_0: `${clone.root}/trap.sh`,
    GIT_SSH_COMMAND: `${clone.root}/trap.sh`,
    GITHUB_TOKEN: 'ghs_secret',
    ROLEBOOK_DEBUG: '1',
  });

  const expectReviewed = async (done: Finished): Promise<void> => {
    assert.strictEqual(done.exitCode, 1, done.all);
    assert.include(done.stdout, '**Needs to be accepted**');
    assert.notInclude(done.all, 'ghs_secret');
    assert.strictEqual(await caught(), '');
  };

  it('finds what it is about, and runs nothing of it', async () => {
    await expectReviewed(await runAction(clone));
  });

  it('is led astray by nothing that earlier steps set', async () => {
    await expectReviewed(await runAction(clone, {}, leftByEarlierSteps()));
  });

  it('would be, if it called rolebook as a project calls its own: the traps are real', async () => {
    const env = leftByEarlierSteps();
    const steps = { PATH: env['PATH'] ?? '', GITHUB_TOKEN: 'ghs_secret' };
    await clone.execute('rolebook', ['lint'], steps);
    await clone.write('../nothing.sh', 'true\n');
    await clone.execute('/bin/bash', [join(dirname(clone.root), 'nothing.sh')], { BASH_ENV: env['BASH_ENV'] ?? '' });
    await clone.execute(process.execPath, ['-e', ''], { NODE_OPTIONS: env['NODE_OPTIONS'] ?? '' });
    await clone.bash('npm run build');
    const found = await caught();
    for (const trap of ['node_modules/.bin/rolebook ghs_secret', 'trap.sh', 'trap.cjs', 'shell'])
      assert.include(found, trap);
  });

  it('gives rolebook no token, and nothing that earlier steps set', async () => {
    await clone.write('../spy', `#!/bin/sh\nenv >> '${loot}'\nexec '${clone.program}' "$@"\n`);
    const command = join(dirname(clone.root), 'spy');
    await chmod(command, 0o755);
    const job = { ...leftByEarlierSteps(), ACTIONS_RUNTIME_TOKEN: 'ghs_secret', ROLES_TOKEN: 'ghs_secret' };
    const done = await runAction(clone, { command }, job);
    assert.strictEqual(done.exitCode, 1, done.all);
    const environment = await caught();
    assert.include(environment, 'GITHUB_BASE_REF=main');
    assert.notInclude(environment, 'ghs_secret');
    assert.notInclude(environment, 'trap');
    assert.notMatch(environment, /^(NODE_|BASH_|GIT_|npm_|LD_|ENV=|ACTIONS_)/m);
    for (const line of environment.match(/^PATH=.*$/gm) ?? []) assert.notInclude(line, clone.root);
  });

  it('takes no rolebook of the branch, whichever way it is named', async () => {
    await clone.bash(`ln -s '${clone.root}/rolebook' ../link && ln -s '${clone.root}' ../folder`);
    const outside = dirname(clone.root);
    for (const command of [
      'rolebook',
      'npx --no -- rolebook',
      './rolebook',
      '../bin/rolebook',
      `${clone.root}/rolebook`,
      `${outside}/clone/../clone/node_modules/.bin/rolebook`,
      `${outside}/link`,
      `${outside}/folder/rolebook`,
      `${outside}/none`,
      `node ${clone.root}/trap.cjs`,
    ]) {
      const done = await runAction(clone, { command }, leftByEarlierSteps());
      assert.strictEqual(done.exitCode, 2, `${command}\n${done.all}`);
      assert.match(done.stdout, /^::error title=rolebook::/m);
    }
    assert.strictEqual(await caught(), '');
  });

  it('does not take the branch for the action, and so for its own judge', async () => {
    await cp(join(repository, 'action'), join(clone.root, 'action'), { recursive: true });
    for (const checkout of [clone.root, join(clone.root, 'policies/..')]) {
      const done = await runAction(clone, {}, {}, checkout);
      assert.strictEqual(done.exitCode, 2, done.all);
      assert.match(done.stdout, /^::error title=rolebook::the action lies in the branch that it reviews/m);
    }
    assert.strictEqual(await caught(), '');
  });

  it('is refused for `pull_request_target`, where it would compare the main branch with itself', async () => {
    const done = await runAction(clone, {}, { GITHUB_EVENT_NAME: 'pull_request_target' });
    assert.strictEqual(done.exitCode, 2, done.all);
    assert.include(done.stdout, 'with the event `pull_request`');
  });

  describe('when rolebook is installed first', () => {
    let checkout: string;

    beforeEach(async () => {
      checkout = join(dirname(clone.root), 'action-checkout');
      await cp(join(repository, 'action'), join(checkout, 'action'), { recursive: true });
      const scripts = { build: 'mkdir -p dist && cp main.js dist/main.js', prepare: `echo prepare >> '${loot}'` };
      const name = { name: 'rolebook', version: '0.1.0' };
      await clone.write('../action-checkout/package.json', JSON.stringify({ ...name, type: 'module', scripts }));
      const lock = { ...name, lockfileVersion: 3, requires: true, packages: { '': name } };
      await clone.write('../action-checkout/package-lock.json', JSON.stringify(lock));
      await clone.write('../action-checkout/bin/rolebook.js', `import '../dist/main.js';\n`);
      await clone.write('../action-checkout/main.js', `console.log('0.1.0');\n`);
    });

    const install = (job: Record<string, string>): Promise<Finished> =>
      clone.execute('/bin/bash', ['-p', join(checkout, 'action/install.sh')], { GITHUB_WORKSPACE: clone.root, ...job });

    it('is made from its own lockfile, in its own folder, by nothing of the branch', async () => {
      await clone.write('../.npmrc', `script-shell=${clone.root}/shell\nregistry=http://127.0.0.1:1\n`);
      const done = await install(leftByEarlierSteps());
      assert.strictEqual(done.exitCode, 0, done.all);
      assert.strictEqual(existsSync(join(checkout, 'dist/main.js')), true);
      assert.strictEqual(existsSync(join(clone.root, 'dist')), false);
      assert.strictEqual(await caught(), '');
    });

    it('says in the log why that failed, in lines that command nothing', async () => {
      await clone.write('../action-checkout/package.json', '{"name": "::error::x ##[error]"');
      const done = await install({});
      assert.strictEqual(done.exitCode, 2, done.all);
      assert.strictEqual(
        done.stdout,
        '::error title=rolebook::rolebook could not be installed; the log of this step says why\n',
      );
      assert.notMatch(done.stderr, /^\s*::|##\[/m);
    });
  });
});
