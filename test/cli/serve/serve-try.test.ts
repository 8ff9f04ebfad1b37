import { assert } from 'chai';
import { runCommand } from '../../support/command-line.ts';
import { ownPolicyFiles } from '../../support/example-files.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';
import { Serving } from '../../support/serving.ts';

const admin = 'farid@acme.example';

describe('serve --try', () => {
  let folder: PolicyFolder;
  let serving: Serving | undefined;
  beforeEach(async () => (folder = await createPolicyFolder(ownPolicyFiles())));
  afterEach(async () => {
    serving?.kill();
    await folder.dispose();
  });

  const links = (text: string): string[] => [...text.matchAll(/http:\S+\/console\/sign-in#\S+/g)].map(([link]) => link);
  const call = async (path: string, method: string, body: object, cookie = ''): Promise<Response> => {
    const { address } = serving ?? { address: '' };
    const headers = {
      'X-Rolebook-Session': 'page',
      Origin: address,
      'Content-Type': 'application/json',
      Cookie: cookie,
    };
    return fetch(`${address}${path}`, { method, headers, body: JSON.stringify(body) });
  };
  const cookieOf = (reply: Response): string => (reply.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const signIn = async (link: string): Promise<Response> => call('/v1/session', 'POST', { token: link.split('#')[1] });

  it('prints a link to the pages, by which one acts as somebody and changes the files, and a new one on SIGHUP', async () => {
    serving = new Serving(['--listen', '127.0.0.1:0', '--try', '--changes', 'files'], folder.root);
    await serving.untilOutput('sign-in#');
    const [first = ''] = links(serving.stdout);
    assert.strictEqual((await fetch(first)).status, 200);
    serving.signal('SIGHUP');
    for (let turn = 0; turn < 50 && links(serving.stdout).length < 2; turn += 1)
      await new Promise((go) => setTimeout(go, 100));
    const [, second = ''] = links(serving.stdout);
    assert.strictEqual((await signIn(first)).status, 401);
    const begun = await signIn(second);
    assert.strictEqual(begun.status, 200);
    const chosen = await call('/v1/session', 'PUT', { actor: admin }, cookieOf(begun));
    const edits = [{ edit: 'role.create', workspace: 'support-emea', role: 'helper', title: 'Helper' }];
    const made = await call('/v1/changes', 'POST', { actor: admin, edits }, cookieOf(chosen));
    assert.strictEqual(made.status, 200, await made.text());
    const bare = await fetch(`${serving.address}/v1/changes`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ actor: admin, edits }),
    });
    assert.strictEqual(bare.status, 403, 'a change without a session');
    assert.notInclude(serving.stderr, second.split('#')[1] ?? '', 'the token is in no log');
  });

  it('is refused beside what lets others in, and where others could come from, before anything is opened', async () => {
    const wrong: readonly [words: readonly string[], says: string][] = [
      [['--token-file', '/t'], '`--token-file` cannot stand together'],
      [['--admin-token-file', '/t'], '`--admin-token-file` cannot stand together'],
      [['--allow-unauthenticated'], '`--allow-unauthenticated` cannot stand together'],
      [['--workers', '2'], '`--workers` cannot stand together'],
      [['--listen', 'unix:/tmp/rolebook-try.sock'], 'cannot listen on `unix:/tmp/rolebook-try.sock`'],
      [['--listen', '0.0.0.0:0'], 'other machines can reach `0.0.0.0:0`'],
      [['--changes', 'database'], '`--database` is missing'],
    ];
    for (const [words, says] of wrong) {
      const { exitCode, stderr } = await runCommand(['serve', '--try', ...words], { cwd: folder.root });
      assert.strictEqual(exitCode, 2, words.join(' '));
      assert.include(stderr, says);
    }
  });
});
