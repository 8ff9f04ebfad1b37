import { chmod, lstat, readFile, stat, symlink } from 'node:fs/promises';
import { expect } from 'chai';
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
    expect(error).to.be.instanceOf(RolebookError);
    return error as RolebookError;
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
    expect(callerOf(access, one)).to.equal('shop');
    expect(callerOf(access, three)).to.equal('token-file:4');
    expect(callerOf(access, two)).to.equal('admin-token-file:1');
    expect(callerOf(access, `${one} name=shop`)).to.equal(undefined);
    expect(callerOf(access, 'name=shop')).to.equal(undefined);
  });

  it('hold a token once, in one of them', async () => {
    await folder.write('tokens', `${one} name=shop\n${three}\n${one} name=other\n`);
    const twice = await faultOf({ tokenFile });
    expect(twice.message).to.contain(`\`${tokenFile}:3\``).and.to.contain(`\`${tokenFile}:1\``);
    await folder.write('tokens', `${two} scopes=read\n`);
    const both = await faultOf({ tokenFile, adminTokenFile });
    expect(both.message).to.contain(`\`${adminTokenFile}:1\``).and.to.contain(`\`${tokenFile}:1\``);
    for (const { message } of [twice, both]) expect(message).not.to.match(/token-number/);
    await folder.write('tokens', `${one} name=shop\n${three} name=shop\n`);
    await open({ tokenFile, adminTokenFile });
  });

  it('that others can write to are refused, and those that others can read are warned of', async () => {
    for (const mode of [0o620, 0o602, 0o660, 0o666, 0o777, 0o622]) {
      await chmod(adminTokenFile, mode);
      const fault = await faultOf({ adminTokenFile });
      expect(fault.message).to.contain(adminTokenFile).and.to.contain('others than its owner can write');
      expect(fault.help).to.contain('chmod 600');
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
      expect(warnings.length, mode.toString(8)).to.equal(count);
      for (const warning of warnings) expect(warning).to.contain(tokenFile).and.to.contain('chmod 600');
    }
  });

  it('may have tokens that have ended, of which they warn', async () => {
    const now = (): number => Date.parse('2026-11-30T12:00:00Z');
    await folder.write('tokens', `${one} until=2026-11-29\n${three} until=2026-11-30\n`);
    await chmod(tokenFile, 0o600);
    const access = await open({ tokenFile, now });
    expect(access.warnings).to.deep.equal([
      `the token at \`${tokenFile}:1\` has ended, at 2026-11-30T00:00:00Z; take it out`,
    ]);
    expect([callerOf(access, one), callerOf(access, three)]).to.deep.equal([undefined, 'token-file:2']);
  });

  it('let a token in until its end, and not again when the clock is set back', async () => {
    let atMs = Date.parse('2026-11-30T23:59:59.999Z');
    await folder.write('tokens', `${one} until=2026-11-30\n${three}\n`);
    const access = await open({ tokenFile, now: () => atMs });
    expect(callerOf(access, one)).to.equal('token-file:1');
    atMs += 1;
    expect(callerOf(access, one)).to.equal(undefined);
    atMs -= 86_400_000;
    expect(callerOf(access, one)).to.equal(undefined);
    expect(callerOf(access, three)).to.equal('token-file:2');
  });

  it('stay as they were, all of them, while one of them is bad', async () => {
    const access = await open({ tokenFile, adminTokenFile });
    const bad = ['', '# none\n', 'short\n', `${two} user=x\n`, `${three}\n${three}\n`, `${one}\n`];
    await folder.write('tokens', `${one}\n${three} name=next\n`);
    for (const text of bad) {
      await folder.write('admins', text);
      const error: unknown = await access.reload().catch((reason: unknown) => reason);
      expect(error, text).to.be.instanceOf(RolebookError);
      expect([callerOf(access, one), callerOf(access, two), callerOf(access, three)]).to.deep.equal([
        'token-file:1',
        'admin-token-file:1',
        undefined,
      ]);
    }
    await folder.write('admins', `${two} name=root\n`);
    await access.reload();
    expect([callerOf(access, two), callerOf(access, three)]).to.deep.equal(['root', 'next']);
  });

  it('hold no more tokens than each call can be compared with', async () => {
    const lines = (count: number): string => Array.from({ length: count }, (_, index) => `${one}-${index}\n`).join('');
    await folder.write('tokens', lines(1000));
    expect(callerOf(await open({ tokenFile }), `${one}-999`)).to.equal('token-file:1000');
    await folder.write('tokens', lines(1001));
    expect((await faultOf({ tokenFile })).message).to.contain('holds 1001 tokens');
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
      expect(createTokenFile(path)).to.equal('created');
      expect((await stat(path)).mode & 0o777).to.equal(0o600);
      expect(await readFile(path, 'utf8')).to.match(/^[0-9a-f]{64}\n$/);
    }
    const [first, second] = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
    expect(first).not.to.equal(second);
  });

  it('never takes the place of something that is there', async () => {
    await folder.write('there', 'somebody wrote this\n');
    await symlink(`${folder.root}/there`, `${folder.root}/link`);
    await symlink(`${folder.root}/nowhere`, `${folder.root}/dangling`);
    for (const name of ['there', 'link', 'dangling', '.']) {
      expect(createTokenFile(`${folder.root}/${name}`)).to.equal('there');
    }
    expect(await readFile(`${folder.root}/there`, 'utf8')).to.equal('somebody wrote this\n');
    expect(await lstat(`${folder.root}/nowhere`).catch(() => 'none')).to.equal('none');
  });

  it('needs a folder that is there', () => {
    expect(() => createTokenFile(`${folder.root}/none/tokens`)).to.throw(RolebookError, 'cannot make the token file');
  });
});
