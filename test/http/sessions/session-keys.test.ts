import { chmod } from 'node:fs/promises';
import { assert } from 'chai';
import { Seal } from '../../../src/http/sessions/seal.ts';
import { cookieName, writeCookie } from '../../../src/http/sessions/session-cookie.ts';
import { SessionKeys } from '../../../src/http/sessions/session-keys.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';

const key = (digit: string): string => digit.repeat(64);

describe('a session key file', () => {
  let folder: PolicyFolder;
  before(async () => (folder = await createPolicyFolder({})));
  after(() => folder.dispose());

  const open = async (text: string): Promise<SessionKeys> => {
    await folder.write('keys', text);
    return SessionKeys.open(`${folder.root}/keys`);
  };
  const faultOf = (opening: Promise<unknown>): Promise<string> =>
    opening.then(
      () => assert.fail('it was opened'),
      (error: unknown) => String(error),
    );

  it('has a key a line, of which the first seals and all open', async () => {
    const sealed = new Seal('x', await open(`${key('a')}\n`)).close('text');
    const rotated = new Seal('x', await open(`# newest first\n\n${key('B')}\n${key('a')}\n`));
    assert.strictEqual(rotated.open(sealed), 'text');
    assert.isUndefined(new Seal('x', await open(`${key('a')}\n`)).open(rotated.close('text')));
    assert.isUndefined(new Seal('y', await open(`${key('a')}\n`)).open(sealed), 'sealed for another purpose');
  });

  it('is refused with what is wrong and where, and never with what stands there', async () => {
    const many = Array.from({ length: 17 }, (_, index) => index.toString(16).padStart(64, '0')).join('\n');
    const wrong: readonly [text: string, says: string][] = [
      ['', 'holds no key'],
      ['# none\n', 'holds no key'],
      ['secret\n', 'keys:1` cannot be used'],
      [`${key('a')}\n${key('a').slice(1)}\n`, 'keys:2` cannot be used'],
      [`${key('a')} ${key('b')}\n`, 'keys:1` cannot be used'],
      [`${key('g')}\n`, 'keys:1` cannot be used'],
      [`${key('a')}\n${key('A')}\n`, 'keys:2` stands above it, too'],
      [many, 'holds 17 keys, and 16 is the most'],
    ];
    for (const [text, says] of wrong) {
      const fault = await faultOf(open(text));
      assert.include(fault, says);
      for (const secret of ['secret', key('a'), key('g')]) assert.notInclude(fault, secret);
    }
    assert.include(await faultOf(SessionKeys.open(`${folder.root}/nowhere`)), 'cannot read the session key file');
  });

  it('is for its owner to write; that others may read it is told', async () => {
    const path = `${folder.root}/keys`;
    await folder.write('keys', `${key('a')}\n`);
    await chmod(path, 0o604);
    assert.include((await SessionKeys.open(path)).warnings.join(), 'everybody on this machine can read');
    await chmod(path, 0o622);
    assert.include(await faultOf(SessionKeys.open(path)), 'others than its owner can write');
    await chmod(path, 0o600);
    assert.deepEqual((await SessionKeys.open(path)).warnings, []);
  });
});

describe('a cookie of the pages', () => {
  it('is for https alone where browsers come by it, under a name that no other host can set', () => {
    const reach = { path: '/', site: 'Strict', isSecure: true } as const;
    assert.strictEqual(cookieName('s', reach, '443'), '__Host-s');
    assert.strictEqual(cookieName('s', reach, '8443'), '__Host-s-8443');
    assert.strictEqual(cookieName('s', { ...reach, path: '/v1/sign-in' }, '443'), '__Secure-s');
    assert.strictEqual(cookieName('s', { ...reach, isSecure: false }, '8181'), 's-8181');
    const secure = writeCookie('__Host-s', 'v', 60, reach);
    assert.strictEqual(secure, '__Host-s=v; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure');
  });
});
