import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { assert } from 'chai';
import { load } from 'js-yaml';
import { runCommand } from '../support/command-line.ts';
import { createGitPolicy, type GitPolicy } from '../support/git-policy.ts';
import { startGitServer, type GitServer } from '../support/git-server.ts';
import { Serving } from '../support/serving.ts';
import { SigningKeys } from '../support/signing-keys.ts';
import { waitFor } from '../support/wait-for.ts';
import { codeBlocks } from './markdown.ts';

const page = 'docs/git.md';
const token = 'a-token';
const secret = 'a-secret-of-the-hook';

interface Container {
  readonly name: string;
  readonly args?: readonly string[];
  readonly command?: readonly string[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly readinessProbe?: { readonly exec: { readonly command: readonly string[] } };
  readonly livenessProbe?: { readonly exec: { readonly command: readonly string[] } };
}

interface Deployment {
  readonly spec: {
    readonly selector: { readonly matchLabels: object };
    readonly template: {
      readonly metadata: { readonly labels: object };
      readonly spec: {
        readonly initContainers: readonly Container[];
        readonly containers: readonly Container[];
        readonly volumes: readonly { readonly name: string }[];
      };
    };
  };
}

describe('docs/git.md', function () {
  this.timeout(120_000);
  const keys = new SigningKeys();
  const ana = keys.ssh('ana');
  let policy: GitPolicy;
  let server: GitServer;
  let folder: string;
  let serving: Serving | undefined;
  before(async () => {
    policy = await createGitPolicy();
    policy.git('add', '--all');
    policy.git(...ana.settings, 'commit', '--quiet', '--gpg-sign', '--message', 'policy');
    server = await startGitServer(join(policy.root, '.git'));
    folder = await mkdtemp(join(tmpdir(), 'rolebook-docs-git-'));
    await mkdir(join(folder, 'secrets'));
    await mkdir(join(folder, 'signers-folder'));
    // Where the server is followed from, and where its files are compared with others.
    for (const cwd of [folder, policy.root]) await writeFile(join(cwd, 'token'), token);
    await writeFile(join(folder, 'secrets/token'), token);
    await writeFile(join(folder, 'hook-secret'), secret);
    await writeFile(join(folder, 'hook-header'), `X-Gitlab-Token: ${secret}\n`);
    await writeFile(join(folder, 'signers'), `ana@acme.example ${ana.publicKey}\n`);
    await writeFile(join(folder, 'signers-folder/signers'), `ana@acme.example ${ana.publicKey}\n`);
  });
  afterEach(async () => {
    serving?.kill();
    await serving?.untilExit();
    serving = undefined;
    await forgetCache();
  });
  after(async () => {
    keys.dispose();
    await server.close();
    await policy.dispose();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  // What git does for one that was killed goes on for a moment.
  const forgetCache = (): Promise<void> => rm(join(folder, 'cache'), { recursive: true, force: true, maxRetries: 5 });

  /** The same with the server of the tests, and with folders that are there. */
  const here = (word: string): string =>
    word
      .replace('https://git.acme.example/acme/access.git', server.url)
      .replace('/var/lib/rolebook', join(folder, 'cache'))
      .replace('/cache/rolebook', join(folder, 'cache'))
      .replace('/secrets/', `${join(folder, 'secrets')}/`)
      .replace('/signers/', `${join(folder, 'signers-folder')}/`);
  const serve = async (args: readonly string[]): Promise<void> => {
    serving = new Serving([...args.map(here), '--listen', '127.0.0.1:0'], folder);
    await serving.untilOutput('answers on');
  };
  const publish = async (args: readonly string[]): Promise<void> => {
    const inside = (words: readonly string[]): string[] => words.map((word) => (word === 'serve' ? 'publish' : word));
    serving = new Serving(args.map(here), folder, { inside });
    await serving.untilOutput('release 1');
    serving.signal('SIGTERM');
    assert.equal(await serving.untilExit(), 0);
  };
  const isLive = (): Promise<void> => waitFor('the policy', async () => (await fetch(`${serving?.address}/readyz`)).ok);

  it('shows commands that do what they are shown for', async () => {
    const commands = codeBlocks(page, 'sh').map((block) => block.trim().split(' '));
    assert.isAtLeast(commands.length, 5);
    for (const [program, command = '', ...args] of commands) {
      assert.equal(program, 'rolebook');
      if (command === 'diff') {
        const { exitCode, stdout } = await runCommand([command, ...args.map(here)], { cwd: policy.root });
        assert.equal(exitCode, 0);
        assert.include(stdout, 'nobody gains or loses anything');
        continue;
      }
      if (command === 'publish') {
        await publish(args);
        continue;
      }
      assert.equal(command, 'serve');
      await serve(args);
      // There is no SSH server here, and the command has to say so.
      if (args.some((word) => word.startsWith('ssh://'))) await serving?.untilOutput('cannot be fetched');
      else await isLive();
      serving?.kill();
      await serving?.untilExit();
      await forgetCache();
      for (const name of await readdir(folder)) if (name.startsWith('releases.db')) await rm(join(folder, name));
    }
  });

  it('shows a hook of a bare repository that is heard', async () => {
    const [script = ''] = codeBlocks(page, 'bash');
    const serveWithHook = codeBlocks(page, 'sh').find((block) => block.includes('--hook-secret-file')) ?? '';
    await serve([...serveWithHook.trim().split(' ').slice(2), '--poll', '60m']);
    await isLive();
    const before = await live();
    policy.git(...ana.settings, 'commit', '--quiet', '--allow-empty', '--gpg-sign', '--message', 'again');
    const hook = join(folder, 'post-receive');
    const text = script
      .replace('/etc/git/hook-header', join(folder, 'hook-header'))
      .replace('http://127.0.0.1:8181', serving?.address ?? '');
    await writeFile(hook, text, { mode: 0o755 });
    const { stdout } = await promisify(execFile)(hook);
    assert.deepEqual(JSON.parse(stdout), { heard: true });
    await waitFor('the commit', async () => (await live()) !== before);
  });

  const live = async (): Promise<unknown> => {
    const told = (await (await fetch(`${serving?.address}/v1/policy`)).json()) as { source: { lastWordAt: string } };
    return told.source.lastWordAt;
  };

  it('shows a pod of Kubernetes whose sidecar starts as it is written there, with all that it names', async () => {
    const [text = ''] = codeBlocks(page, 'yaml');
    const { spec } = load(text) as Deployment;
    const { template } = spec;
    assert.deepEqual(template.metadata.labels, spec.selector.matchLabels);
    const { initContainers, containers, volumes } = template.spec;
    const names = volumes.map(({ name }) => name);
    for (const { volumeMounts = [] } of [...initContainers, ...containers]) {
      for (const { name } of volumeMounts) assert.include(names, name);
    }
    const sidecar = containers.find(({ name }) => name === 'rolebook');
    const [command, ...args] = sidecar?.args ?? [];
    assert.equal(command, 'serve');
    const mounts = sidecar?.volumeMounts?.map(({ mountPath }) => `${mountPath}/`) ?? [];
    for (const arg of args.filter((one) => one.includes('=/'))) {
      const path = arg.slice(arg.indexOf('=') + 1);
      assert.isTrue(
        mounts.some((mount) => `${dirname(path)}/`.startsWith(mount)),
        arg,
      );
    }
    server.token = token;
    try {
      await serve(args);
      await isLive();
    } finally {
      server.token = undefined;
    }
    for (const probe of [sidecar?.readinessProbe, sidecar?.livenessProbe]) {
      const [program = '', ...words] = probe?.exec.command ?? [];
      assert.equal(program, 'node');
      const to = words.map((word) => word.replace('http://127.0.0.1:8181', serving?.address ?? ''));
      await promisify(execFile)(process.execPath, to);
    }
    const [program = '', ...more] = initContainers[0]?.command ?? [];
    assert.deepEqual([program, ...more], ['chmod', '1777', '/cache']);
  });

  it('shows JSON that is some', () => {
    for (const block of codeBlocks(page, 'json')) assert.isObject(JSON.parse(block));
  });
});
