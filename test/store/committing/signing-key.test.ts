import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { RolebookError } from '../../../src/policy/errors.ts';
import { requireSigningKey } from '../../../src/store/committing/signing-key.ts';

describe('the key that signs commits', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'rolebook-key-'));
    const make = (name: string, passphrase: string): unknown =>
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-f', join(folder, name)]);
    make('good', '');
    make('locked', 'a passphrase');
    make('open', '');
    chmodSync(join(folder, 'open'), 0o644);
    writeFileSync(join(folder, 'empty'), '', { mode: 0o600 });
    writeFileSync(join(folder, 'text'), 'no key at all\u001b[2J\n', { mode: 0o600 });
  });
  after(() => rmSync(folder, { recursive: true }));

  const refusal = async (name: string): Promise<RolebookError> => {
    const error: unknown = await requireSigningKey(join(folder, name)).catch((found: unknown) => found);
    return error instanceof RolebookError ? error : assert.fail(name);
  };

  it('is one that signs without asking anybody', () => requireSigningKey(join(folder, 'good')));

  it('is told at once where it cannot sign, in a line', async () => {
    const wrong: readonly [name: string, says: string][] = [
      ['nowhere', 'there is none'],
      ['.', 'it cannot be read'],
      ['locked', 'it has a passphrase'],
      ['good.pub', '`ssh-keygen` does not take it'],
      ['empty', '`ssh-keygen` does not take it'],
      ['text', '`ssh-keygen` does not take it'],
      ['open', '`ssh-keygen` does not take it'],
    ];
    for (const [name, says] of wrong) {
      const { code, message } = await refusal(name);
      assert.equal(code, 'configuration', name);
      assert.include(message, says, name);
      assert.notMatch(message, /\p{C}/u, name);
    }
  });

  it('needs the program that signs', async () => {
    const { PATH } = process.env;
    process.env['PATH'] = folder;
    try {
      assert.include((await refusal('good')).message, 'needs `ssh-keygen`, and there is none');
    } finally {
      process.env['PATH'] = PATH;
    }
  });
});
