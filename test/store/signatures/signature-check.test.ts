import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { RolebookError } from '../../../src/policy/errors.ts';
import type { GitRepository } from '../../../src/store/git/git-repository.ts';
import { UntrustedSource } from '../../../src/store/live/source-failure.ts';
import { SignatureCheck } from '../../../src/store/signatures/signature-check.ts';
import { tellCommits, type ToldCommit } from '../../../src/store/signatures/told-commits.ts';
import { createGitPolicy, type GitPolicy } from '../../support/git-policy.ts';
import { SigningKeys, type SigningKey } from '../../support/signing-keys.ts';

describe('the signature of a commit', function () {
  this.timeout(60_000);
  const keys = new SigningKeys();
  const ana = keys.ssh('ana');
  const stranger = keys.ssh('stranger');
  let policy: GitPolicy;
  let folder: string;
  let nowMs: number;
  before(async () => (policy = await createGitPolicy()));
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolebook-signers-'));
    nowMs = Date.now();
  });
  afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  after(async () => {
    keys.dispose();
    await policy.dispose();
  });

  const file = (): string => join(folder, 'signers');
  const allow = (...lines: string[]): Promise<void> => writeFile(file(), `${lines.join('\n')}\n`);
  const checkOf = (): SignatureCheck =>
    new SignatureCheck({ file: file(), folder: join(folder, 'scratch'), now: () => nowMs });
  const repository = (): GitRepository => {
    const git = join(policy.root, '.git');
    return { top: git, folder: git, prefix: '', isShallow: true };
  };
  const commit = (key?: SigningKey, ...more: string[]): string => {
    const how = key === undefined ? ['--no-gpg-sign'] : ['--gpg-sign'];
    policy.git(...(key?.settings ?? []), 'commit', '--quiet', '--allow-empty', '--message', 'change', ...how, ...more);
    return policy.git('rev-parse', 'HEAD');
  };
  const isTaken = (of: string, check = checkOf()): Promise<void> => check.require(repository(), of);
  const refusal = async (of: string, check = checkOf()): Promise<RolebookError> => {
    const error: unknown = await isTaken(of, check).catch((found: unknown) => found);
    return error instanceof RolebookError ? error : assert.fail(`it was taken: ${String(error)}`);
  };

  const told = async (of: string, check = checkOf()): Promise<ToldCommit['signature'] | undefined> =>
    (await tellCommits(repository(), [of], await check.surroundings())).get(of)?.signature;

  it('is believed where one of the file made it, by SSH, with any kind of key', async () => {
    for (const key of [ana, keys.ssh('bo', 'ecdsa'), keys.ssh('cy', 'rsa')]) {
      await allow(`someone@acme.example ${key.publicKey}`);
      await isTaken(commit(key));
      assert.deepEqual(await told(policy.git('rev-parse', 'HEAD')), {
        state: 'verified',
        signer: 'someone@acme.example',
      });
    }
  });

  it('is not believed of a stranger, where there is none, and where it was taken off or moved to another commit', async () => {
    await allow(`ana@acme.example ${ana.publicKey}`);
    const unsigned = await refusal(commit());
    assert.instanceOf(unsigned, UntrustedSource);
    assert.match(unsigned.message, /^commit [0-9a-f]{12} by Ana <ana@acme\.example> is not signed$/);
    assert.include(unsigned.help, `have one of \`${file()}\` sign it`);
    const { message } = await refusal(commit(stranger));
    assert.match(message, /is signed by somebody who is not one of them, key SHA256:\S{43}$/);
    const signed = commit(ana);
    const text = policy.git('cat-file', 'commit', signed);
    const written = async (changed: string): Promise<string> => {
      await writeFile(join(folder, 'object'), changed);
      return policy.git('hash-object', '-t', 'commit', '-w', join(folder, 'object'));
    };
    const stripped = await written(text.replace(/^gpgsig [^]*?-----END SSH SIGNATURE-----\n/m, ''));
    assert.include((await refusal(stripped)).message, 'is not signed');
    const moved = await written(`${text}\nand more`);
    assert.include((await refusal(moved)).message, 'was changed after it was signed');
    const garbled = await written(
      text.replace(/BEGIN SSH SIGNATURE-----\n .{12}/, 'BEGIN SSH SIGNATURE-----\n AAAAAAAAAAAA'),
    );
    assert.include((await refusal(garbled)).message, 'has a signature that cannot be read');
    const other = await written(text.replaceAll('SSH SIGNATURE', 'SIGNED MESSAGE'));
    assert.include((await refusal(other)).message, 'in a way that is not read');
    const [signature = ''] = /^gpgsig [^]*?-----END SSH SIGNATURE-----\n/m.exec(text) ?? [];
    const twice = await written(text.replace(signature, signature.repeat(2)));
    assert.include((await refusal(twice)).message, 'in a way that is not read');
    const said = await written(text.replace('\n\nchange', '\n\ngpgsig -----BEGIN SSH SIGNATURE-----'));
    assert.notEqual((await refusal(said)).message, '');
    await isTaken(signed);
  });

  it('counts only while the key is valid, now and when the commit says it was made, and only for commits', async () => {
    const signed = commit(ana);
    const cases: readonly [options: string, says: string][] = [
      ['valid-before="20200101Z"', 'with a key that is not valid now'],
      ['valid-after="20991231Z"', 'with a key that is not valid now'],
      ['namespaces="file"', 'may not sign commits'],
    ];
    for (const [options, says] of cases) {
      await allow(`ana@acme.example ${options} ${ana.publicKey}`, `cy@acme.example ${stranger.publicKey}`);
      assert.include((await refusal(signed)).message, says, options);
    }
    await allow(`ana@acme.example namespaces="git,file",valid-before="20991231Z" ${ana.publicKey}`);
    await isTaken(signed);
    // Whoever has an old key can write an old date.
    const backdated = policy.git('log', '-1', '--format=%ct', signed);
    await allow(`ana@acme.example valid-before="20300101Z" ${ana.publicKey}`);
    assert.isBelow(Number(backdated) * 1000, Date.parse('2030-01-01'));
    await isTaken(signed);
    nowMs = Date.parse('2030-01-02');
    assert.include((await refusal(signed)).message, 'with a key that is not valid now');
    // Nor by who believed it while the key was valid.
    const keeper = checkOf();
    nowMs = Date.parse('2029-12-31');
    await isTaken(signed, keeper);
    nowMs = Date.parse('2030-01-02');
    assert.include((await refusal(signed, keeper)).message, 'with a key that is not valid now');
    nowMs = Date.parse('2019-01-01');
    await allow(`ana@acme.example valid-before="20200101Z" ${ana.publicKey}`);
    assert.include((await refusal(signed)).message, 'had expired when it was made');
  });

  it('counts with a certificate of somebody who may certify, while that is valid, whenever a commit says it was made', async () => {
    const authority = keys.ssh('authority');
    await allow(`*@acme.example cert-authority ${authority.publicKey}`);
    const check = checkOf();
    await isTaken(commit(keys.certified('dee', 'authority', 'dee@acme.example', '-1d:+1d')), check);
    const others = commit(keys.certified('eve', 'stranger', 'eve@acme.example', '-1d:+1d'));
    assert.instanceOf(await refusal(others, check), UntrustedSource);
    const elsewhere = commit(keys.certified('fay', 'authority', 'fay@globex.example', '-1d:+1d'));
    assert.instanceOf(await refusal(elsewhere, check), UntrustedSource);
    const before = process.env['GIT_COMMITTER_DATE'];
    process.env['GIT_COMMITTER_DATE'] = new Date(nowMs - 2 * 86_400_000).toISOString();
    try {
      const backdated = commit(keys.certified('gus', 'authority', 'gus@acme.example', '-3d:-1d'));
      assert.include((await refusal(backdated, check)).message, 'with a certificate that is not valid now');
    } finally {
      if (before === undefined) delete process.env['GIT_COMMITTER_DATE'];
      else process.env['GIT_COMMITTER_DATE'] = before;
    }
  });

  it('is found out by many at once, each time that the file has changed', async () => {
    const signed = commit(ana);
    const check = checkOf();
    const key = keys.openPgp('Hal <hal@acme.example>').publicKey;
    for (const more of ['', key, '# again']) {
      await allow(`ana@acme.example ${ana.publicKey}`, more);
      await Promise.all(Array.from({ length: 4 }, () => [isTaken(signed, check), check.surroundings()]).flat());
    }
  });

  it('of a tag does not count', async () => {
    await allow(`ana@acme.example ${ana.publicKey}`);
    const unsigned = commit();
    policy.git(...ana.settings, 'tag', '--sign', '--message', 'v7', 'v7');
    policy.git('-c', `gpg.ssh.allowedSignersFile=${file()}`, 'verify-tag', 'v7');
    const { message, help } = await refusal(unsigned);
    assert.include(message, 'is not signed');
    assert.include(help, 'a signed tag is no signed commit');
  });

  it('is believed by OpenPGP, by the keys of the file alone, and not once a key is revoked or has expired', async () => {
    const bo = keys.openPgp('Bo <bo@acme.example>');
    const other = keys.openPgp('Eve <eve@x.example>');
    const signed = commit(bo);
    await allow(bo.publicKey, `ana@acme.example ${ana.publicKey}`);
    const check = checkOf();
    await isTaken(signed, check);
    assert.deepEqual(await told(signed, check), { state: 'verified', signer: 'Bo <bo@acme.example>' });
    await isTaken(commit(ana), check);
    const { message } = await refusal(commit(other), check);
    assert.include(message, `is not one of them, key ${other.fingerprint.slice(-16)}`);
    await allow(`ana@acme.example ${ana.publicKey}`);
    assert.include((await refusal(signed, check)).message, 'is signed by OpenPGP, and none of them does');
    await allow(bo.publicKey);
    assert.include((await refusal(commit(ana), check)).message, 'is signed by SSH, and none of them does');
    await isTaken(signed, check);
    await allow(keys.revoke(bo.fingerprint));
    assert.include((await refusal(signed, check)).message, 'with a key that was revoked');
    const short = keys.openPgp('Cy <cy@acme.example>', 'in-2020');
    const late = commit(short);
    await allow(short.publicKey);
    assert.include((await refusal(late, check)).message, 'with a key that has expired');
  });

  it('of a git server that merges by itself is believed where its key is in the file, and told apart where it is not', async () => {
    const host = keys.openPgp('GitHub <noreply@github.com>');
    policy.git('checkout', '--quiet', '-b', 'work');
    commit(ana);
    policy.git('checkout', '--quiet', '-');
    commit();
    const committer = ['-c', 'committer.name=GitHub', '-c', 'committer.email=noreply@github.com'];
    const merge = (...how: string[]): string => {
      policy.git(...host.settings, ...committer, 'merge', '--quiet', '--no-ff', '--message', 'merge', ...how, 'work');
      return policy.git('rev-parse', 'HEAD');
    };
    await allow(`ana@acme.example ${ana.publicKey}`);
    const { message, help } = await refusal(merge('--no-gpg-sign'));
    assert.include(message, 'committed by GitHub <noreply@github.com> is not signed');
    assert.include(help, 'add the key of the git server');
    policy.git('reset', '--quiet', '--hard', 'HEAD~1');
    const signed = merge('--gpg-sign');
    assert.include((await refusal(signed)).message, 'is signed by OpenPGP, and none of them does');
    await allow(`ana@acme.example ${ana.publicKey}`, host.publicKey);
    await isTaken(signed);
  });

  it('is told of many commits at once, also where nobody says who may sign', async () => {
    await allow(`ana@acme.example valid-before="20200101Z" ${ana.publicKey}`);
    const [signed, unsigned, strangers] = [commit(ana), commit(), commit(stranger)];
    const all = [signed, unsigned, strangers];
    const states = (found: ReadonlyMap<string, ToldCommit>): unknown[] =>
      all.map((one) => found.get(one)?.signature.state);
    const surroundings = await checkOf().surroundings();
    const expired = ['unknown-signer', 'unsigned', 'unknown-signer'];
    assert.deepEqual(states(await tellCommits(repository(), all, surroundings)), expired);
    await allow(`ana@acme.example ${ana.publicKey}`);
    const found = await tellCommits(repository(), all, await checkOf().surroundings());
    assert.deepEqual(states(found), ['verified', 'unsigned', 'unknown-signer']);
    assert.deepEqual(found.get(signed)?.author, { name: 'Ana', mail: 'ana@acme.example' });
    assert.deepEqual(states(await tellCommits(repository(), all)), expired);
    assert.equal((await tellCommits(repository(), [])).size, 0);
  });

  it('asks the file anew each time, and neither keys nor settings of the user', async () => {
    await allow(`ana@acme.example ${ana.publicKey}`);
    const signed = commit(ana);
    const check = checkOf();
    await isTaken(signed, check);
    await allow(`cy@acme.example ${stranger.publicKey}`);
    assert.instanceOf(await refusal(signed, check), UntrustedSource);
    const cases: readonly [harm: () => Promise<void>, says: string][] = [
      [() => allow(''), 'names no signer'],
      [() => allow('nonsense'), 'has no type of a key'],
      [() => rm(file()), '`--require-signed` cannot be read'],
      [() => writeFile(file(), '#'.repeat(1024 * 1024 + 1)), 'is larger than 1 MiB'],
      [
        () => allow('-----BEGIN PGP PUBLIC KEY BLOCK-----', '', 'nonsense', '-----END PGP PUBLIC KEY BLOCK-----'),
        'gpg does not take',
      ],
    ];
    for (const [harm, says] of cases) {
      await harm();
      const { code, message } = await refusal(signed, check);
      assert.equal(code, 'configuration');
      assert.include(message, says);
    }
    await allow(`ana@acme.example ${ana.publicKey}`);
    await isTaken(signed, check);
    assert.isAtMost((await readdir(join(folder, 'scratch'))).length, 2, 'what was of other files is taken away');
    const strangers = commit(stranger);
    policy.git('config', 'gpg.ssh.program', '/bin/true');
    policy.git('config', 'gpg.program', '/bin/true');
    policy.git('config', 'gpg.ssh.allowedSignersFile', '/dev/null');
    try {
      await isTaken(signed);
      assert.instanceOf(await refusal(strangers), UntrustedSource);
    } finally {
      for (const name of ['gpg.ssh.program', 'gpg.program', 'gpg.ssh.allowedSignersFile'])
        policy.git('config', '--unset', name);
    }
  });

  it('cannot be found out without the program that does it, and that is told with what to install', async () => {
    const path = process.env['PATH'];
    await allow(`ana@acme.example ${ana.publicKey}`);
    process.env['PATH'] = folder;
    try {
      const { code, message, help } = await refusal('0'.repeat(40));
      assert.equal(code, 'configuration');
      assert.include(message, 'cannot be checked without `ssh-keygen`');
      assert.include(help, 'openssh-client');
      await allow('-----BEGIN PGP PUBLIC KEY BLOCK-----', '', '-----END PGP PUBLIC KEY BLOCK-----');
      assert.include((await refusal('0'.repeat(40))).help, 'gnupg');
    } finally {
      process.env['PATH'] = path;
    }
  });
});
