import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, basename, join } from 'node:path';
import { assert } from 'chai';
import { messageOf } from '../../../src/policy/errors.ts';
import { parseRemoteAddress } from '../../../src/store/remote/remote-address.ts';
import { RemoteClone } from '../../../src/store/remote/remote-clone.ts';
import { RemoteFiles } from '../../../src/store/remote/remote-files.ts';
import { createGitPolicy, type GitPolicy } from '../../support/git-policy.ts';
import { waitFor } from '../../support/wait-for.ts';

describe('a repository that a git daemon serves', () => {
  let policy: GitPolicy;
  let cache: string;
  let port: number;
  let daemon: ChildProcess;
  beforeEach(async () => {
    policy = await createGitPolicy();
    policy.commit();
    cache = await mkdtemp(join(tmpdir(), 'rolebook-daemon-'));
    port = await freePort();
    const where = ['--listen=127.0.0.1', `--port=${port}`, '--reuseaddr', `--base-path=${dirname(policy.root)}`];
    daemon = spawn('git', ['daemon', '--export-all', ...where, policy.root], { stdio: 'ignore', detached: true });
    await waitFor('the daemon', () => isOpen(port));
  });
  afterEach(async () => {
    end();
    await policy.dispose();
    await rm(cache, { recursive: true, force: true, maxRetries: 5 });
  });

  // Git starts the daemon as another program.
  const end = (): void => {
    try {
      process.kill(-(daemon.pid ?? 0), 'SIGKILL');
    } catch {
      // It has ended.
    }
  };
  const filesOf = (name: string): RemoteFiles => {
    const address = parseRemoteAddress(`git://127.0.0.1:${port}/${name}`, '--git');
    const of = { address, ref: 'refs/heads/main', prefix: '' };
    const clone = new RemoteClone({ ...of, credentials: {}, folder: join(cache, 'clone'), timeoutMs: 5000 });
    return new RemoteFiles(clone, { ...of, now: Date.now });
  };

  it('is read, followed, and missed when it is gone', async () => {
    const files = filesOf(basename(policy.root));
    assert.lengthOf(await files.read(), 4);
    assert.deepEqual([...((await files.findChanged()) as Set<string>)], []);
    await policy.write('policies/support.yaml', 'workspace: support\n');
    policy.commit('less');
    assert.equal(await files.findChanged(), 'anything');
    end();
    await waitFor('the end of the daemon', async () => !(await isOpen(port)));
    assert.include(await files.read().catch(messageOf), 'cannot be fetched');
  });

  it('is told where there is none of that name', async () => {
    const said = await filesOf('nowhere').read().catch(messageOf);
    assert.include(said, `\`git://127.0.0.1:${port}/nowhere\` cannot be fetched`);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
