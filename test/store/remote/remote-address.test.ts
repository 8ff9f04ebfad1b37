import { assert } from 'chai';
import { RolebookError } from '../../../src/policy/errors.ts';
import { parseRemoteAddress, parseRemotePath, parseRemoteRef } from '../../../src/store/remote/remote-address.ts';

describe('the address of a repository elsewhere', () => {
  const refusal = (read: () => unknown): RolebookError => {
    try {
      read();
    } catch (error) {
      if (error instanceof RolebookError) return error;
      throw error;
    }
    return assert.fail('it was taken');
  };

  it('is one that git speaks to by itself', () => {
    const right = [
      ['https://git.acme.example/acme/access.git', 'https', 'https://git.acme.example/'],
      ['http://127.0.0.1:8080/access', 'http', 'http://127.0.0.1:8080/'],
      ['ssh://git@git.acme.example:2222/access.git', 'ssh', undefined],
      ['git@git.acme.example:acme/access.git', 'ssh', undefined],
      ['git://git.acme.example/access', 'git', undefined],
      ['file:///srv/access.git', 'file', undefined],
    ] as const;
    for (const [text, protocol, origin] of right) {
      assert.deepEqual(parseRemoteAddress(text, '--git'), { url: text, protocol, origin }, text);
    }
  });

  it('is refused where it names a program, is an option, or is none', () => {
    const wrong = [
      '',
      'ext::sh -c touch% x',
      'ext::sh',
      '--upload-pack=touch x',
      '-u',
      'https:git.acme.example',
      'ftp://git.acme.example/access',
      'javascript:alert(1)',
      'access.git',
      '/srv/access.git',
      '../access.git',
      'https://git.acme.example/a\nb',
      'https://git.acme.example/a b',
      'https://git.acme.example/access?token=x',
      'https://git.acme.example/access#x',
      'host:path',
      'git@host:',
      '\u0000',
    ];
    for (const text of wrong) assert.equal(refusal(() => parseRemoteAddress(text, '--git')).code, 'usage', text);
  });

  it('is refused where it has credentials, and they are not repeated', () => {
    for (const text of [
      'https://ana:s3cret@git.acme.example/a',
      'https://s3cret@git.acme.example/a',
      'ssh://git:s3cret@h/a',
    ]) {
      const { message, help } = refusal(() => parseRemoteAddress(text, '--git'));
      assert.include(message, 'credentials');
      assert.notInclude(`${message} ${help}`, 's3cret');
    }
  });

  it('has a branch or a tag by a name that means nothing else to git', () => {
    assert.equal(parseRemoteRef('main', '--ref'), 'refs/heads/main');
    assert.equal(parseRemoteRef('release/2026', '--ref'), 'refs/heads/release/2026');
    assert.equal(parseRemoteRef('refs/tags/v7', '--ref'), 'refs/tags/v7');
    const wrong = [
      '',
      '-f',
      'a..b',
      'a b',
      'a:b',
      '+main',
      'main^',
      'a~1',
      '@{u}',
      'a//b',
      '/a',
      'a/',
      '.a',
      'a.lock',
      'x*',
      '@',
      'a\\b',
      'a.',
    ];
    for (const text of wrong.filter((one) => one !== '+main')) {
      assert.equal(refusal(() => parseRemoteRef(text, '--ref')).code, 'usage', text);
    }
  });

  it('has a folder that lies in the repository', () => {
    assert.equal(parseRemotePath('.', '--path'), '');
    assert.equal(parseRemotePath('services/access/', '--path'), 'services/access/');
    for (const text of ['/srv', '..', 'a/../../b', '.git', 'a/.git/hooks', 'a\\b', 'a\nb']) {
      assert.equal(refusal(() => parseRemotePath(text, '--path')).code, 'usage', text);
    }
  });
});
