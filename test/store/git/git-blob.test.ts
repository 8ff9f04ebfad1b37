import { assert } from 'chai';
import { execFileSync } from 'node:child_process';
import { blobNameOf } from '../../../src/store/git/git-objects.ts';

describe('the name that git gives to content', () => {
  for (const content of ['', 'workspace: support\n', '\0\r\nä €\ufeff', 'x'.repeat(100_000)]) {
    it(`is what git says of ${content.length} characters`, () => {
      const said = execFileSync('git', ['hash-object', '--stdin'], { input: content, encoding: 'utf8' }).trim();
      assert.strictEqual(blobNameOf(Buffer.from(content), 40), said);
    });
  }

  it('is made by SHA-256 where names are that long', () => {
    // Of git 2.39 in a repository with `--object-format=sha256`: `git hash-object` of no content at all.
    const empty = '473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813';
    assert.strictEqual(blobNameOf(new Uint8Array(), 64), empty);
  });

  it('is unknown where names are of another length', () => {
    for (const digits of [0, 32, 41, 128, NaN]) assert.strictEqual(blobNameOf(Buffer.from('a'), digits), undefined);
  });
});
