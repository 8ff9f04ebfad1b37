import { assert } from 'chai';
import { runCommand } from '../../../support/command-line.ts';
import { ownPolicyFiles } from '../../../support/example-files.ts';
import { createPolicyFolder, type PolicyFolder } from '../../../support/policy-folder.ts';
import { freePort, PlainBrowser, signIn } from '../../../support/provider-pages.ts';
import { pageHeaders } from '../../../support/running-pages.ts';
import { clientId, clientSecret, RunningProvider } from '../../../support/running-provider.ts';
import { Serving } from '../../../support/serving.ts';

const publicUrl = ['--public-url', 'https://roles.acme.example'];
const tokenFile = ['--token-file', 'tokens'];
const provider = ['--oidc-issuer', 'https://login.acme.example', '--oidc-client-id', 'rolebook'];
const proxy = ['--proxy-token', 'proxy'];
const adminFile = ['--admin-token-file', 'admins'];

describe('serve with pages that people sign in to', () => {
  let folder: PolicyFolder;
  const servings: Serving[] = [];
  before(async () => {
    folder = await createPolicyFolder({
      ...ownPolicyFiles(),
      tokens: 'token-of-an-application-that-asks\n',
      admins: 'token-of-the-proxy-that-signs-in name=proxy scopes=read,change\n',
      secret: `${clientSecret}\n`,
      keys: `${'a1'.repeat(32)}\n`,
      'bad-keys': 'abc\n',
      'two-lines': 'one two\nthree\n',
    });
  });
  after(async () => {
    for (const serving of servings) serving.kill();
    await folder.dispose();
  });

  it('is refused where something is missing, contradicts, or would let others in', async () => {
    const oidc = [...tokenFile, ...publicUrl, ...provider];
    const wrong: readonly [words: readonly string[], says: string][] = [
      [provider, '`--oidc-issuer` needs `--public-url URL`'],
      [[...publicUrl, ...provider], 'calls that are none of a page need tokens'],
      [[...publicUrl, ...proxy, ...adminFile], 'calls that are none of a page need tokens'],
      [[...publicUrl, ...provider, '--allow-unauthenticated'], '`--allow-unauthenticated` cannot stand together'],
      [publicUrl, '`--public-url` needs `--oidc-issuer URL` or `--proxy-token NAME`'],
      [[...tokenFile, ...publicUrl, '--oidc-issuer', 'https://x.example'], 'needs `--oidc-client-id ID`'],
      [['--oidc-client-id', 'x'], '`--oidc-client-id` needs `--oidc-issuer URL`'],
      [['--oidc-client-secret-file', 'secret'], '`--oidc-client-secret-file` needs'],
      [['--oidc-subject-claim', 'email'], '`--oidc-subject-claim` needs'],
      [['--oidc-scope', 'openid'], '`--oidc-scope` needs'],
      [['--session-key-file', 'keys'], '`--session-key-file` needs'],
      [[...oidc, ...proxy, ...adminFile], '`--oidc-issuer` and `--proxy-token` cannot stand together'],
      [[...tokenFile, ...publicUrl, ...proxy], '`--proxy-token` needs `--admin-token-file FILE`'],
      [['--sign-out-url', '/out'], '`--sign-out-url` needs `--proxy-token NAME`'],
      [[...oidc, '--workers', '2'], 'needs `--session-key-file`'],
      [['--try', ...provider], '`--oidc-issuer` cannot stand together'],
      [['--try', ...proxy], '`--proxy-token` cannot stand together'],
      [['--try', ...publicUrl], '`--public-url` cannot stand together'],
      [[...oidc, '--oidc-client-secret-file', 'nowhere'], 'cannot read the client secret file'],
      [[...oidc, '--oidc-client-secret-file', 'two-lines'], 'does not hold one line with a secret'],
      [[...oidc, '--session-key-file', 'bad-keys'], 'bad-keys:1` cannot be used'],
      [[...tokenFile, ...publicUrl, ...adminFile, '--proxy-token', 'gate'], 'has the name `gate`'],
    ];
    for (const [words, says] of wrong) {
      const { exitCode, stderr } = await runCommand(['serve', ...words], { cwd: folder.root });
      assert.strictEqual(exitCode, 2, `${words.join(' ')}: ${stderr}`);
      assert.include(stderr, says, words.join(' '));
    }
  });

  it('takes addresses that nobody between reads, and repeats no password', async () => {
    const wrong: readonly [flag: string, value: string, says: string][] = [
      ['--oidc-issuer', 'http://login.acme.example', '`https://`'],
      ['--oidc-issuer', 'http://127.0.0.1.evil.example', '`https://`'],
      ['--oidc-issuer', 'login.acme.example', 'takes an address'],
      ['--oidc-issuer', 'ftp://login.acme.example', '`https://`'],
      ['--oidc-issuer', 'https://ana:hunter2@login.acme.example', 'without a name, a password'],
      ['--oidc-issuer', 'https://login.acme.example/?x=hunter2', 'without a query'],
      ['--oidc-issuer', 'https://login.acme.example/#hunter2', 'a `#`'],
      ['--oidc-issuer', 'https://x.example/.well-known/openid-configuration', 'leave `/.well-known/'],
      ['--oidc-issuer', '', 'is empty'],
      ['--public-url', 'http://roles.acme.example', '`https://`'],
      ['--public-url', 'https://roles.acme.example/console', 'without a path'],
      ['--public-url', 'https://roles.acme.example/?', 'without a path'],
      ['--sign-out-url', '//evil.example', 'an address or a path'],
      ['--sign-out-url', '/\\evil.example', 'an address or a path'],
      ['--sign-out-url', 'javascript:alert(1)', '`https://`'],
      ['--oidc-subject-claim', 'e mail', 'the name of a claim'],
      ['--oidc-scope', 'email', '`openid` among them'],
      ['--oidc-scope', 'openid  email', 'one blank between'],
    ];
    for (const [flag, value, says] of wrong) {
      const { exitCode, stderr } = await runCommand(['serve', flag, value], { cwd: folder.root });
      assert.strictEqual(exitCode, 2, `${flag} ${value}`);
      assert.include(stderr, says, `${flag} ${value}`);
      assert.notInclude(stderr, 'hunter2');
    }
  });

  it('starts and decides while the provider is silent, and lets people in when it is there, from several workers', async () => {
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const real = await RunningProvider.open(origin);
    real.account = 'farid@acme.example';
    await real.close();
    const words = ['--listen', `127.0.0.1:${port}`, '--public-url', origin, ...tokenFile, '--workers', '2'];
    const ofProvider = ['--oidc-issuer', real.issuer, '--oidc-client-id', clientId, '--oidc-subject-claim', 'email'];
    const files = ['--oidc-client-secret-file', 'secret', '--session-key-file', 'keys'];
    const serving = new Serving([...words, ...ofProvider, ...files], folder.root);
    servings.push(serving);
    await serving.untilOutput(`the pages: ${origin}/console`);
    await serving.untilOutput('nobody can sign in now');
    const headers = { Authorization: 'Bearer token-of-an-application-that-asks', 'Content-Type': 'application/json' };
    const body = JSON.stringify({
      subject: 'farid@acme.example',
      workspace: 'support-emea',
      permission: 'draft:create',
    });
    assert.strictEqual((await fetch(`${origin}/v1/enforce`, { method: 'POST', headers, body })).status, 200);
    await real.reopen();
    try {
      let cookie = '';
      for (let turn = 0; turn < 50 && cookie === ''; turn += 1) {
        await new Promise((go) => setTimeout(go, 200));
        cookie = await signIn({ address: origin }, new PlainBrowser()).then(
          (signedIn) => signedIn.cookie,
          () => '',
        );
      }
      // Connections are dealt to the workers in turn: each of them opens what another has sealed.
      for (let turn = 0; turn < 6; turn += 1) {
        const asked = { headers: { ...pageHeaders({ address: origin } as never, cookie), Connection: 'close' } };
        const session = await fetch(`${origin}/v1/session`, asked);
        assert.strictEqual(session.status, 200, `turn ${turn}`);
      }
      const page = { ...pageHeaders({ address: origin } as never, cookie), Connection: 'close' };
      const out = await fetch(`${origin}/v1/session`, { method: 'DELETE', headers: page });
      assert.strictEqual(out.status, 200, await out.text());
      for (let turn = 0; turn < 6; turn += 1) {
        const left = await fetch(`${origin}/v1/session`, { headers: page });
        assert.strictEqual(left.status, 401, 'no worker takes a copy of the cookie any more');
      }
      for (const secret of [clientSecret, 'a1a1a1']) assert.notInclude(serving.stdout + serving.stderr, secret);
      serving.signal('SIGTERM');
      assert.strictEqual(await serving.untilExit(), 0);
    } finally {
      await real.close();
    }
  }).timeout(30_000);
});
