import { assert } from 'chai';
import { RolebookError } from '../../../src/policy/errors.ts';
import { isValidAt, parseAllowedSigners } from '../../../src/store/signatures/allowed-signers.ts';

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';
const block = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEZ\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----';

describe('a file of allowed signers', () => {
  const refusal = (text: string): RolebookError => {
    try {
      parseAllowedSigners(text, 'signers');
    } catch (error) {
      if (error instanceof RolebookError) return error;
      throw error;
    }
    return assert.fail(`it was taken: ${text}`);
  };

  it('has a line for each who signs by SSH, blocks of OpenPGP keys, or both', () => {
    const text = `# who may\n\nana@acme.example ${key} laptop\r\n"bo b",*@x.example  namespaces="git,file",valid-before="20270101Z" ${key}\n${block}\n${block}`;
    const { ssh, openPgp } = parseAllowedSigners(text, 'signers');
    assert.lengthOf(ssh, 2);
    assert.equal(ssh[0]?.line, `ana@acme.example ${key} laptop`);
    assert.equal(openPgp, `${block}\n${block}`);
    assert.lengthOf(parseAllowedSigners(`\uFEFFca@x cert-authority ${key}`, 'signers').ssh, 1);
    assert.lengthOf(parseAllowedSigners(block, 'signers').ssh, 0);
  });

  it('says from when until when somebody may sign, in UTC or in the time of the machine', () => {
    const at = (options: string, time: string): boolean => {
      const [signer] = parseAllowedSigners(`ana@x ${options} ${key}`, 'signers').ssh;
      return signer !== undefined && isValidAt(signer, Date.parse(time));
    };
    assert.isTrue(at('valid-before="20260601Z"', '2026-06-01T00:00:00Z'));
    assert.isFalse(at('valid-before="20260601Z"', '2026-06-01T00:00:01Z'));
    assert.isFalse(at('valid-before="202606011230Z"', '2026-06-01T12:30:01Z'));
    assert.isTrue(at('valid-before="20260601123001Z"', '2026-06-01T12:30:01Z'));
    assert.isFalse(at('valid-after="20260601Z"', '2026-05-31T23:59:59Z'));
    assert.isTrue(at('valid-after="20260601"', '2026-06-01T00:00:00'));
    assert.isTrue(at('valid-after=20260601Z,VALID-BEFORE=20260701Z', '2026-06-15T00:00:00Z'));
  });

  it('is refused where a line is neither, with the line and what would be right', () => {
    const wrong: readonly [text: string, says: string][] = [
      ['', 'names no signer'],
      ['\n# nobody\n', 'names no signer'],
      ['ana@x', 'line 1 of `signers` has no type of a key'],
      [`# a\nana@x ${key}\nana@x ssh-ed25519`, 'line 3 of `signers` has no `ssh-ed25519` key, or half of one'],
      [key, 'begins with a key'],
      [`ana@x ${key.slice(0, 40)}`, 'or half of one'],
      [`ana@x ${key.replace('ssh-ed25519', 'ssh-rsa')}`, 'has no `ssh-rsa` key'],
      [`ana@x ssh-ed25519 ${'!'.repeat(68)}`, 'or half of one'],
      [`ana@x valid-befor="20260101" ${key}`, 'has an option that is none: `valid-befor="20260101"`'],
      [`ana@x valid-before="tomorrow" ${key}`, 'has an option that is none'],
      [`ana@x valid-before="20261340Z" ${key}`, 'has an option that is none'],
      [`ana@x valid-before ${key}`, 'has an option that is none'],
      [`ana@x namespaces= ${key}`, 'has an option that is none'],
      [`ana@x cert-authority=yes ${key}`, 'has an option that is none'],
      [`ana@x namespaces="git" namespaces="file" ${key}`, 'has no type of a key'],
      ['-----BEGIN OPENSSH PRIVATE KEY-----\nx\n', 'line 1 of `signers` begins a private key'],
      ['-----BEGIN PGP PRIVATE KEY BLOCK-----\nx\n', 'begins a private key'],
      [block.slice(0, 45), 'ends in the middle of an OpenPGP key'],
      [`${block.slice(0, 50)}\n${block}`, 'stands in the middle of an OpenPGP key'],
      ['<html>', 'has no type of a key'],
      ['\u0000\u0001\u0002', 'has no type of a key'],
    ];
    for (const [text, says] of wrong) {
      const { code, message, help } = refusal(text);
      assert.equal(code, 'configuration', text);
      assert.include(message, says, text);
      assert.isString(help, text);
    }
  });
});
