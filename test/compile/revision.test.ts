import { assert } from 'chai';
import fc from 'fast-check';
import { computeDigest } from '../../src/compile/revision.ts';
import { compileRight, type PolicyTexts } from '../support/policy-texts.ts';

const texts: PolicyTexts = {
  'roles.yaml': 'permissions: { C: { a:b: t } }\nroles: { member: { grants: [a:b] } }\n',
  'policies/acme/organization.yaml': 'organization: acme\n',
  'policies/acme/support.yaml': 'workspace: support\nmembers: { ana: member }\n',
};
const revision = (other: PolicyTexts = {}): string => compileRight({ ...texts, ...other }).revision;

describe('the revision', () => {
  it('is twelve hex digits, the same for the same files on any machine', () => {
    assert.match(revision(), /^[0-9a-f]{12}$/);
    assert.equal(revision(), revision());
    assert.equal(
      computeDigest([{ path: 'roles.yaml', digest: 'ab' }]),
      computeDigest([{ path: 'roles.yaml', digest: 'ab' }]),
    );
    assert.equal(computeDigest([]), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('changes with any byte of a file that decides, a comment included', () => {
    assert.notEqual(revision({ 'roles.yaml': `${texts['roles.yaml']!}# a comment\n` }), revision());
    assert.notEqual(
      revision({ 'policies/acme/support.yaml': 'workspace: support\nmembers: { ana: member } \n' }),
      revision(),
    );
    assert.notEqual(revision({ 'policies/acme/sales.yaml': 'workspace: sales\n' }), revision());
  });

  it('does not change with tests, notes or files of editors', () => {
    const test = 'tests: [{ name: n, workspace: support, as: ana, can: [a:b] }]\n';
    for (const path of [
      'policies/acme/support.test.yaml',
      'README.md',
      'policies/README.md',
      'policies/.support.yaml.swp',
    ]) {
      assert.equal(revision({ [path]: test }), revision(), path);
    }
  });

  it('does not change with the line ends of Windows, in one file, in all, or in some lines', () => {
    // Made before line ends were left out of it, so that none of these changed with that.
    assert.equal(revision(), '501320d3dd6c');
    const windows = (text: string): string => text.replaceAll('\n', '\r\n');
    for (const path of Object.keys(texts)) assert.equal(revision({ [path]: windows(texts[path]!) }), revision(), path);
    const all = Object.entries(texts).map(([path, text]) => [path, windows(text)] as const);
    assert.equal(revision(Object.fromEntries(all)), revision());
    assert.equal(revision({ 'roles.yaml': texts['roles.yaml']!.replace('\n', '\r\n') }), revision());
    assert.notEqual(revision({ 'roles.yaml': `${texts['roles.yaml']!}\r\n` }), revision());
  });

  it('changes with a byte order mark, by which git has another file, too', () => {
    assert.notEqual(revision({ 'roles.yaml': `\ufeff${texts['roles.yaml']!}` }), revision());
  });

  it('changes when a workspace moves, for its folder says whose it is', () => {
    const { 'policies/acme/support.yaml': text = '', ...others } = texts;
    assert.notEqual(compileRight({ ...others, 'policies/support.yaml': text }).revision, revision());
    assert.notEqual(compileRight({ ...others, 'policies/acme/renamed.yaml': text }).revision, revision());
  });

  it('does not depend on the order in which files were found', () => {
    const file = fc.record({ path: fc.string(), digest: fc.stringMatching(/^[0-9a-f]{4}$/) });
    const files = fc.uniqueArray(file, { selector: ({ path }) => path, maxLength: 6 });
    const shuffled = files.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(fc.property(shuffled, ([list, other]) => assert.equal(computeDigest(other), computeDigest(list))));
  });

  it('tells apart files whose names and digests run together', () => {
    const one = computeDigest([{ path: 'a', digest: 'bc' }]);
    for (const other of [
      { path: 'a b', digest: 'c' },
      { path: 'ab', digest: 'c' },
      { path: '"a" bc\n"b', digest: '' },
    ]) {
      assert.notEqual(computeDigest([other]), one);
    }
  });
});
