import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { isProposed } from '../../../src/store/changes/asked-change.ts';
import type { KeeperChanges } from '../../../src/store/changes/folder/keeper-changes.ts';
import { SignatureCheck } from '../../../src/store/signatures/signature-check.ts';
import { madeBy, refusalOf } from '../changes/folder/committed-policy.ts';
import { allow, ask, give, PushedPolicy } from '../../support/pushed-policy.ts';

describe('changes that are signed', function () {
  this.timeout(60_000);
  let policy: PushedPolicy;
  beforeEach(async () => (policy = await PushedPolicy.create()));
  afterEach(() => policy.dispose());

  it('have a signature that whoever knows the key finds good, on the branch and on one of their own', async () => {
    const signingKey = join(policy.cache, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', signingKey]);
    const signers = join(policy.cache, 'signers');
    writeFileSync(signers, `bot@acme.example ${readFileSync(`${signingKey}.pub`, 'utf8')}`);
    const committer = { name: 'Role Bot', mail: 'bot@acme.example' };
    const changes = policy.changes({ signingKey, committer });
    madeBy(await changes.ask(ask([allow])));
    const { written } = madeBy(await changes.ask(ask([give('cy', 'writer')], { write: 'propose' })));
    const branch = isProposed(written) ? written.branch : assert.fail('it is no proposal');
    for (const name of ['main', branch]) {
      policy.git('-c', `gpg.ssh.allowedSignersFile=${signers}`, 'verify-commit', name);
      assert.equal(policy.git('log', '-1', '--format=%an', name), 'ana@acme.example');
    }
  });

  it('are not pushed where nobody would believe them, nor made upon what nobody believes', async () => {
    const [ours, theirs] = ['ours', 'theirs'].map((name) => join(policy.cache, name));
    for (const path of [ours, theirs]) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path ?? '']);
    const file = join(policy.cache, 'signers');
    writeFileSync(file, `ana@acme.example ${readFileSync(`${theirs}.pub`, 'utf8')}`);
    const signatures = new SignatureCheck({ file, folder: join(policy.cache, 'signatures'), now: Date.now });
    const committer = { name: 'Ana', mail: 'ana@acme.example' };
    const changes = (signingKey: string | undefined): KeeperChanges =>
      policy.changes({ signingKey, committer }, { signatures });
    const unsigned = refusalOf(await changes(theirs).ask(ask([allow])));
    assert.equal(unsigned.code, 'policy-at-fault');
    assert.include(unsigned.message, 'is not signed');
    const { git } = policy.person;
    git('-c', 'gpg.format=ssh', '-c', `user.signingKey=${theirs}`, 'commit', '--quiet', '--amend', '--no-edit', '-S');
    git('push', '--quiet', '--force', 'origin', 'HEAD:refs/heads/main');
    const before = policy.git('rev-parse', 'main');
    const foreign = refusalOf(await changes(ours).ask(ask([allow])));
    assert.equal(foreign.code, 'policy-at-fault');
    assert.equal(policy.git('rev-parse', 'main'), before);
    madeBy(await changes(theirs).ask(ask([allow])));
    assert.equal(policy.git('rev-parse', 'main~1'), before);
  });
});
