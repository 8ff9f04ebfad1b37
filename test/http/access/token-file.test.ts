import { chmod, lstat, readFile, stat, symlink } from 'node:fs/promises';
import { assert } from 'chai';
import { AccessControl, type AccessOptions } from '../../../src/http/access/access-control.ts';
import { createTokenFile } from '../../../src/http/access/create-token-file.ts';
import { enforceEndpoint } from '../../../src/http/decisions/enforce-route.ts';
import { parseListenAddress } from '../../../src/http/access/listen-address.ts';
import { RolebookError } from '../../../src/policy/errors.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';
import { requestWith } from './asked-request.ts';

const [one, two, three] = ['token-number-one-is-this', 'token-number-two-is-this', 'token-number-three-is-this'];

describe('token files', () => {
  let folder: PolicyFolder;
  let tokenFile: string;
  let adminTokenFile: string;
  beforeEach(async () => {
    folder = await createPolicyFolder({ tokens: `${one}\n`, admins: `${two}\n` });
    tokenFile = `${folder.root}/tokens`;
    adminTokenFile = `${folder.root}/admins`;
    for (const path of [tokenFile, adminTokenFile]) await chmod(path, 0o600);
  });
  afterEach(() => folder.dispose());

  const open = (options: Partial<AccessOptions>): Promise<AccessControl> =>
    AccessControl.open({ listen: parseListenAddress('127.0.0.1:0'), unauthenticated: 'refuse', ...options });
  const faultOf = async (options: Partial<AccessOptions>): Promise<RolebookError> => {
    const error: unknown = await open(options).catch((reason: unknown) => reason);
    assert.instanceOf(error, RolebookError);
    return error;
  };
  const callerOf = (access: AccessControl, token: string): string | undefined => {
    try {
      return access.check(requestWith({ authorization: `Bearer ${token}` }), enforceEndpoint.access).name;
    } catch {
      return undefined;
    }
  };

  it('tell callers apart by name, or by their line', async () => {
    await folder.write('tokens', `# the shop\n${one} name=shop\n\n  ${three}  \r\n`);
    const access = await open({ tokenFile, adminTokenFile });
    assert.strictEqual(callerOf(access, one), 'shop');
    assert.strictEqual(callerOf(access, three), 'token-file:4');
    assert.strictEqual(callerOf(access, two), 'admin-token-file:1');
    assert.strictEqual(callerOf(access, `${one} name=shop`), undefined);
    assert.strictEqual(callerOf(access, 'name=shop'), undefined);
  });

  it('hold a token once, in one of them', async () => {
    await folder.write('tokens', `${one} name=shop\n${three}\n${one} name=other\n`);
    const twice = await faultOf({ tokenFile });
    assert.include(twice.message, `\`${tokenFile}:3\``);
    assert.include(twice.message, `\`${tokenFile}:1\``);
    await folder.write('tokens', `${two} scopes=read\n`);
    const both = await faultOf({ tokenFile, adminTokenFile });
    assert.include(both.message, `\`${adminTokenFile}:1\``);
    assert.include(both.message, `\`${tokenFile}:1\``);
    for (const { message } of [twice, both]) assert.notMatch(message, /token-number/);
    await folder.write('tokens', `${one} name=shop\n${three} name=shop\n`);
    await open({ tokenFile, adminTokenFile });
  });

  it('that others can write to are refused, and those that others can read are warned of', async () => {
    for (const mode of [0o620, 0o602, 0o660, 0o666, 0o777, 0o622]) {
      await chmod(adminTokenFile, mode);
      const fault = await faultOf({ adminTokenFile });
      assert.include(fault.message, adminTokenFile);
      assert.include(fault.message, 'others than its owner can write');
      assert.include(fault.help as string, 'chmod 600');
    }
    for (const [mode, count] of [
      [0o600, 0],
      [0o400, 0],
      [0o640, 0],
      [0o440, 0],
      [0o644, 1],
      [0o604, 1],
    ] as const) {
      await chmod(tokenFile, mode);
      const { warnings } = await open({ tokenFile });
      assert.strictEqual(warnings.length, count, mode.toString(8));
      for (const warning of warnings) {
        assert.include(warning, tokenFile);
        assert.include(warning, 'chmod 600');
      }
    }
  });

  it('may have tokens that have ended, of which they warn', async () => {
    const now = (): number => Date.parse('2026-11-30T12:00:00Z');
    await folder.write('tokens', `${one} until=2026-11-29\n${three} until=2026-11-30\n`);
    await chmod(tokenFile, 0o600);
    const access = await open({ tokenFile, now });
    assert.deepEqual(access.warnings, [
      `the token at \`${tokenFile}:1\` has ended, at 2026-11-30T00:00:00Z; take it out`,
    ]);
    assert.deepEqual([callerOf(access, one), callerOf(access, three)], [undefined, 'token-file:2']);
  });

  it('let a token in until its end, and not again when the clock is set back', async () => {
    let atMs = Date.parse('2026-11-30T23:59:59.999Z');
    await folder.write('tokens', `${one} until=2026-11-30\n${three}\n`);
    const access = await open({ tokenFile, now: () => atMs });
    assert.strictEqual(callerOf(access, one), 'token-file:1');
    atMs += 1;
    assert.strictEqual(callerOf(access, one), undefined);
    atMs -= 86_400_000;
    assert.strictEqual(callerOf(access, one), undefined);
    assert.strictEqual(callerOf(access, three), 'token-file:2');
  });

  it('stay as they were, all of them, while one of them is bad', async () => {
    const access = await open({ tokenFile, adminTokenFile });
    const bad = ['', '# none\n', 'short\n', `${two} user=x\n`, `${three}\n${three}\n`, `${one}\n`];
    await folder.write('tokens', `${one}\n${three} name=next\n`);
    for (const text of bad) {
      await folder.write('admins', text);
      const error: unknown = await access.reload().catch((reason: unknown) => reason);
      assert.instanceOf(error, RolebookError, text);
      assert.deepEqual(
        [callerOf(access, one), callerOf(access, two), callerOf(access, three)],
        ['token-file:1', 'admin-token-file:1', undefined],
      );
    }
    await folder.write('admins', `${two} name=root\n`);
    await access.reload();
    assert.deepEqual([callerOf(access, two), callerOf(access, three)], ['root', 'next']);
  });

  it('hold no more tokens than each call can be compared with', async () => {
    const lines = (count: number): string => Array.from({ length: count }, (_, index) => `${one}-${index}\n`).join('');
    await folder.write('tokens', lines(1000));
    assert.strictEqual(callerOf(await open({ tokenFile }), `${one}-999`), 'token-file:1000');
    await folder.write('tokens', lines(1001));
    assert.include((await faultOf({ tokenFile })).message, 'holds 1001 tokens');
  });
});

describe('a token file that is made', () => {
  let folder: PolicyFolder;
  beforeEach(async () => {
    folder = await createPolicyFolder({});
  });
  afterEach(() => folder.dispose());

  it('is its owner’s alone, and has one token that nobody can guess', async () => {
    const paths = [`${folder.root}/one`, `${folder.root}/two`];
    for (const path of paths) {
      assert.strictEqual(createTokenFile(path), 'created');
      assert.strictEqual((await stat(path)).mode & 0o777, 0o600);
      assert.match(await readFile(path, 'utf8'), /^[0-9a-f]{64}\n$/);
    }
    const [first, second] = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
    assert.notStrictEqual(first, second);
  });

  it('never takes the place of something that is there', async () => {
    await folder.write('there', 'somebody wrote this\n');
    await symlink(`${folder.root}/there`, `${folder.root}/link`);
    await symlink(`${folder.root}/nowhere`, `${folder.root}/dangling`);
    for (const name of ['there', 'link', 'dangling', '.']) {
      assert.strictEqual(createTokenFile(`${folder.root}/${name}`), 'there');
    }
    assert.strictEqual(await readFile(`${folder.root}/there`, 'utf8'), 'somebody wrote this\n');
    assert.strictEqual(await lstat(`${folder.root}/nowhere`).catch(() => 'none'), 'none');
  });

  it('needs a folder that is there', () => {
    assert.throws(() => createTokenFile(`${folder.root}/none/tokens`), RolebookError, 'cannot make the token file');
  });
});
