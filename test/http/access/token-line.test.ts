import { assert } from 'chai';
import { type TokenFileKind, digestOfToken, parseTokenLine } from '../../../src/http/access/token-line.ts';
import type { Token } from '../../../src/http/access/token.ts';
import { RolebookError } from '../../../src/policy/errors.ts';

const token = 'token-of-some-length';

const read = (line: string, kind: TokenFileKind = 'admin-token-file'): Token =>
  parseTokenLine(line, { kind, path: 'tokens', line: 7 });

function faultOf(line: string, kind?: TokenFileKind): RolebookError {
  try {
    read(line, kind);
  } catch (error) {
    assert.instanceOf(error, RolebookError);
    return error;
  }
  throw new Error(`\`${line}\` was taken`);
}

describe('a line of a token file', () => {
  it('may be the token alone, which may then do what its file is for', () => {
    const admin = read(token);
    assert.deepEqual([...admin.scopes], ['decide', 'read', 'change', 'provision']);
    assert.include(admin, { name: 'admin-token-file:7', place: 'tokens:7' });
    assert.deepEqual([admin.organizations, admin.endsAtMs], [undefined, undefined]);
    assert.deepEqual([...read(token, 'token-file').scopes], ['decide', 'read']);
    assert.strictEqual(read(token, 'token-file').name, 'token-file:7');
  });

  it('says the name, the scopes, the organizations and the end of its token, in any order', () => {
    const found = read(`${token}  until=2027-01-31\torganizations=acme,globex scopes=read,change name=ci-deploy`);
    assert.strictEqual(found.name, 'ci-deploy');
    assert.deepEqual([...found.scopes], ['read', 'change']);
    assert.deepEqual([...(found.organizations ?? [])], ['acme', 'globex']);
    // A date ends with its day.
    assert.strictEqual(found.endsAtMs, Date.parse('2027-02-01T00:00:00Z'));
    assert.strictEqual(read(`${token} until=2027-01-31T18:00:00+01:00`).endsAtMs, Date.parse('2027-01-31T17:00:00Z'));
    for (const id of ['42', '01234', '1.10', 'Globex.EU', 'a_b', '550e8400-e29b-41d4-a716-446655440000'])
      assert.deepEqual([...(read(`${token} organizations=${id},${id}.2`).organizations ?? [])], [id, `${id}.2`]);
    assert.deepEqual([...(read(`${token} organizations=acme,ACME`).organizations ?? [])], ['acme', 'ACME']);
    for (const name of ['a', 'A.b_c-1', '7up', 'x'.repeat(64)])
      assert.strictEqual(read(`${token} name=${name}`).name, name);
  });

  it('keeps the digest of the token and not the token', () => {
    const found = read(`${token} name=ci`);
    assert.strictEqual(found.digest.equals(digestOfToken(token)), true);
    assert.notInclude(JSON.stringify({ ...found, digest: found.digest.toString('latin1') }), token);
  });

  it('of those who ask can only narrow what they may do', () => {
    assert.deepEqual([...read(`${token} scopes=decide`, 'token-file').scopes], ['decide']);
    for (const scopes of ['change', 'provision', 'decide,change', 'read,provision']) {
      const fault = faultOf(`${token} scopes=${scopes}`, 'token-file');
      assert.match(fault.message, /^the token at `tokens:7` cannot have the scope `(change|provision)`$/);
      assert.include(fault.help as string, '`--admin-token-file`');
      assert.deepEqual([...read(`${token} scopes=${scopes}`).scopes], scopes.split(','));
    }
  });

  it('that is wrong is refused by its place, and nothing of it is repeated', () => {
    const wrong: Record<string, readonly string[]> = {
      'has an attribute that is not known': [
        'ci-deploy',
        'Name=ci',
        'user=ci',
        'scope=read',
        '=',
        '# deploys',
        'name',
        'another-token-of-some-length',
        'dG9rZW4gb2Ygc29tZQ==',
        '__proto__=x',
        'constructor=x',
        'name=ci expires=2027-01-31',
      ],
      twice: [
        'name=a name=b',
        'name=a name=a',
        'until=2027-01-31 until=2027-01-31',
        'scopes=read scopes=read',
        'organizations=a organizations=b',
        'scopes=read,read',
        'organizations=acme,acme',
      ],
      'a name that cannot be used': [
        'name=',
        'name=-x',
        'name=.x',
        'name=a:b',
        'name=a,b',
        'name=tëst',
        'name=a=b',
        'name="a"',
        `name=${'x'.repeat(65)}`,
        'name=a\u202eb',
        'name=a\u0000b',
      ],
      'a scope that is not known': [
        'scopes=',
        'scopes=admin',
        'scopes=Read',
        'scopes=read,',
        'scopes=read;change',
        'scopes=*',
      ],
      'an organization that cannot be one': [
        'organizations=',
        'organizations=acme,',
        'organizations=,',
        'organizations=*',
        'organizations=a/b',
        'organizations=.',
        'organizations=..',
        'organizations=-1',
        'organizations=_a',
        'organizations=a:b',
        'organizations=acme,"42"',
        'organizations=ä',
        `organizations=${'a'.repeat(65)}`,
      ],
      'ends at no day or time that exists': [
        'until=',
        'until=2027-02-30',
        'until=2027-1-1',
        'until=tomorrow',
        'until=2027-01-31T18:00:00',
        'until=1893456000',
        'until=2027-01-31T25:00:00Z',
      ],
    };
    for (const [words, attributes] of Object.entries(wrong)) {
      for (const attribute of attributes) {
        const { code, message, help } = faultOf(`${token} ${attribute}`);
        assert.strictEqual(code, 'configuration');
        assert.include(message, '`tokens:7`', attribute);
        assert.include(message, words, attribute);
        assert.notInclude(`${message} ${help ?? ''}`, token, attribute);
        assert.notInclude(`${message} ${help ?? ''}`, 'another-token', attribute);
      }
    }
  });

  it('whose token is short, or no plain ASCII, is refused and not repeated', () => {
    for (const line of [
      'short-token-123',
      'tökens-are-plain-ascii',
      'a token with blanks in it',
      'x'.repeat(15),
      'a\u0000'.repeat(20),
    ]) {
      const { message, help } = faultOf(line);
      assert.strictEqual(message, 'the token at `tokens:7` cannot be used');
      assert.notInclude(`${message} ${help ?? ''}`, line);
    }
  });
});
