import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import { CommitReader } from '../../../src/store/git/commit-reader.ts';
import { LivePolicy } from '../../../src/store/live/live-policy.ts';
import { PolicyDirectory } from '../../../src/store/folder/policy-directory.ts';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { waitFor } from '../../support/wait-for.ts';

describe('the commit of a policy', () => {
  let folder: PolicyFolder;
  const path = process.env['PATH'];

  beforeEach(async () => {
    folder = await createPolicyFolder(smallPolicy());
  });

  afterEach(async () => {
    process.env['PATH'] = path;
    delete process.env['GIT_DIR'];
    await folder.dispose();
  });

  const git = (...args: string[]): string => {
    const identity = ['-c', 'user.name=Ana', '-c', 'user.email=ana@acme.example'];
    return execFileSync('git', ['-C', folder.root, ...identity, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim();
  };

  const commitAll = (): string => {
    git('init', '--quiet');
    git('add', '--all');
    git('commit', '--quiet', '--message', 'policy');
    return git('rev-parse', 'HEAD');
  };

  const commitOf = async (path = '.'): Promise<string | undefined> => {
    const root = join(folder.root, path);
    const files = await new PolicyDirectory(root).read('deciding').catch(() => []);
    return new CommitReader(root).read(files);
  };

  it('is the one HEAD names', async () => {
    const commit = commitAll();
    assert.strictEqual(await commitOf(), commit);
  });

  it('is marked dirty by changed, new and deleted policy files', async () => {
    const commit = commitAll();
    await folder.write('policies/sales.yaml', 'workspace: sales\n');
    assert.strictEqual(await commitOf(), `${commit}-dirty`);
    await folder.remove('policies/sales.yaml');
    await folder.remove('roles.yaml');
    assert.strictEqual(await commitOf(), `${commit}-dirty`);
    git('checkout', '--quiet', '.');
    await folder.write('policies/support.yaml', 'workspace: support\n');
    assert.strictEqual(await commitOf(), `${commit}-dirty`);
  });

  it('is not marked dirty by other files of the repository', async () => {
    const commit = commitAll();
    await folder.write('src/app.ts', '');
    assert.strictEqual(await commitOf(), commit);
  });

  it('is not marked dirty by what decides nothing: tests and notes beside the policies', async () => {
    const commit = commitAll();
    await folder.write('policies/support.test.yaml', 'tests: []\n');
    await folder.write('policies/README.md', 'notes\n');
    assert.strictEqual(await commitOf(), commit);
  });

  it('is not marked dirty by line ends of Windows, and is by any other change of them', async () => {
    await folder.write('.gitattributes', '*.yaml text eol=crlf\n');
    const commit = commitAll();
    await folder.remove('policies');
    git('checkout', '--quiet', '--', '.');
    const text = await readFile(join(folder.root, 'policies/support.yaml'), 'utf8');
    assert.include(text, '\r\n');
    assert.strictEqual(await commitOf(), commit);
    for (const changed of [text.replaceAll('\r\n', '\r'), `${text}\r\n`, text.replaceAll('\r\n', '\r\r\n')]) {
      await folder.write('policies/support.yaml', changed);
      assert.strictEqual(await commitOf(), `${commit}-dirty`);
    }
  });

  it('is marked dirty by a link that leads elsewhere, and not by one that is as it was committed', async () => {
    await folder.write('shared/sales.yaml', 'workspace: sales\n');
    await folder.write('shared/other.yaml', 'workspace: other\n');
    await symlink('../shared/sales.yaml', join(folder.root, 'policies/sales.yaml'));
    const commit = commitAll();
    assert.strictEqual(await commitOf(), commit);
    await folder.remove('policies/sales.yaml');
    await symlink('../shared/other.yaml', join(folder.root, 'policies/sales.yaml'));
    assert.strictEqual(await commitOf(), `${commit}-dirty`);
  });

  it('is found from a folder inside the repository', async () => {
    for (const [file, text] of Object.entries(smallPolicy())) await folder.write(`policy/${file}`, text);
    const commit = commitAll();
    assert.strictEqual(await commitOf('policy'), commit);
  });

  it('is none outside a repository, before the first commit, in a missing root, and without git', async () => {
    assert.strictEqual(await commitOf(), undefined);
    git('init', '--quiet');
    assert.strictEqual(await commitOf(), undefined);
    assert.strictEqual(await commitOf('nowhere'), undefined);
    process.env['PATH'] = folder.root;
    assert.strictEqual(await commitOf(), undefined);
  });

  it('is that of the policy directory, whatever repository the environment names', async () => {
    const commit = commitAll();
    process.env['GIT_DIR'] = '/nowhere';
    assert.strictEqual(await commitOf(), commit);
  });

  it('is none when git hangs, after two seconds', async () => {
    await mkdir(join(folder.root, 'bin'));
    await folder.write('bin/git', '#!/bin/sh\nexec sleep 60\n');
    await chmod(join(folder.root, 'bin/git'), 0o755);
    process.env['PATH'] = `${join(folder.root, 'bin')}:${path}`;
    const startedMs = performance.now();
    const reading = commitOf();
    const live = new LivePolicy(new PolicyDirectory(folder.root));
    assert.strictEqual((await live.reload('start')).outcome, 'loaded', 'git holds up no reload');
    assert.isBelow(performance.now() - startedMs, 1900);
    assert.strictEqual(await reading, undefined);
  });

  it('comes to the live policy a moment after it went live, without exchanging what decides', async () => {
    const commit = commitAll();
    const live = new LivePolicy(new PolicyDirectory(folder.root));
    await live.reload('start');
    const { engine } = live.current ?? {};
    await waitFor('the commit', () => live.current?.commit === commit);
    assert.strictEqual(live.current?.engine, engine);
    git('commit', '--quiet', '--allow-empty', '--message', 'another');
    await live.reload('request');
    await waitFor('the next commit', () => live.current?.commit === git('rev-parse', 'HEAD'));
  });
});
