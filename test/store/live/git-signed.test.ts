import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { LivePolicy } from '../../../src/store/live/live-policy.ts';
import { parseRemoteAddress } from '../../../src/store/remote/remote-address.ts';
import { RemoteClone } from '../../../src/store/remote/remote-clone.ts';
import { RemoteFiles } from '../../../src/store/remote/remote-files.ts';
import { SignatureCheck } from '../../../src/store/signatures/signature-check.ts';
import { createGitPolicy, type GitPolicy } from '../../support/git-policy.ts';
import { SigningKeys, type SigningKey } from '../../support/signing-keys.ts';

describe('a branch whose commits are to be signed', function () {
  this.timeout(60_000);
  const keys = new SigningKeys();
  const ana = keys.ssh('ana');
  const bo = keys.ssh('bo');
  let policy: GitPolicy;
  let folder: string;
  let live: LivePolicy;
  beforeEach(async () => {
    policy = await createGitPolicy();
    policy.git('add', '--all');
    folder = await mkdtemp(join(tmpdir(), 'rolebook-followed-'));
    await allow(ana);
    const address = parseRemoteAddress(`file://${policy.root}`, '--git');
    const of = { address, ref: 'refs/heads/main', prefix: '', credentials: {}, folder: join(folder, 'clone') };
    const signatures = new SignatureCheck({
      file: join(folder, 'signers'),
      folder: join(folder, 'scratch'),
      now: Date.now,
    });
    live = new LivePolicy(new RemoteFiles(new RemoteClone(of), { ...of, now: Date.now, signatures }));
  });
  afterEach(async () => {
    await policy.dispose();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  after(() => keys.dispose());

  const allow = (...signers: readonly SigningKey[]): Promise<void> =>
    writeFile(join(folder, 'signers'), signers.map(({ publicKey }) => `someone@x.example ${publicKey}\n`).join(''));
  const commit = async (member: string, key?: SigningKey): Promise<string> => {
    await policy.write('policies/team.yaml', `workspace: team\nmembers: { ${member}: member }\n`);
    policy.git('add', '--all');
    const how = key === undefined ? '--no-gpg-sign' : '--gpg-sign';
    policy.git(...(key?.settings ?? []), 'commit', '--quiet', '--message', member, how);
    return policy.git('rev-parse', 'HEAD');
  };

  it('is followed by a poll from one signed commit to the next, and stays at it while others are pushed', async () => {
    await commit('ana');
    const { outcome, revision } = await live.reload('start');
    assert.deepEqual([outcome, revision], ['failed', undefined]);
    const first = await commit('bo', ana);
    assert.equal((await live.reload('poll')).outcome, 'loaded');
    await commit('cy');
    await live.reload('poll');
    assert.isTrue(live.isStale);
    await commit('dee', bo);
    await live.reload('poll');
    assert.isTrue(live.isStale);
    assert.equal(live.current?.commit, first);
    assert.equal(live.looks.lastFailure?.kind, 'untrusted');
    policy.git('reset', '--quiet', '--hard', first);
    await live.reload('poll');
    assert.isFalse(live.isStale, 'whoever is set back is well again');
  });

  it('is told as stale by the next poll where the file has changed and the commit has not, and heals with it', async () => {
    const first = await commit('ana', ana);
    await live.reload('start');
    await allow(bo);
    await live.reload('poll');
    assert.deepEqual([live.isStale, live.looks.lastFailure?.kind], [true, 'untrusted']);
    await rm(join(folder, 'signers'));
    await live.reload('poll');
    assert.deepEqual([live.isStale, live.looks.lastFailure?.kind], [true, 'configuration']);
    assert.equal(live.current?.commit, first);
    await allow(bo, ana);
    await live.reload('poll');
    assert.isFalse(live.isStale);
  });
});
