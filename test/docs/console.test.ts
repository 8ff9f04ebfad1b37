import { assert } from 'chai';
import { ownPolicyFiles } from '../support/example-files.ts';
import { createPolicyFolder, type PolicyFolder } from '../support/policy-folder.ts';
import { Serving } from '../support/serving.ts';
import { codeBlocks } from './markdown.ts';

const page = 'docs/console.md';

describe('docs/console.md', () => {
  let folder: PolicyFolder;
  const servings: Serving[] = [];
  before(async () => {
    const policy = Object.entries(ownPolicyFiles()).map(([path, text]) => [`access/${path}`, text] as const);
    folder = await createPolicyFolder({
      ...Object.fromEntries(policy),
      tokens: 'token-of-an-application-that-asks\n',
      'admin-tokens': 'token-of-the-proxy-that-signs-in name=proxy scopes=read,change\n',
      'client-secret': 'a secret of the client'.replaceAll(' ', '-'),
      'session-keys': `${'0f'.repeat(32)}\n`,
    });
  });
  after(async () => {
    for (const serving of servings) serving.kill();
    await folder.dispose();
  });

  it('starts the sidecar as it says, for a provider and behind a proxy', async () => {
    const blocks = codeBlocks(page, 'sh').filter((block) => block.includes('--public-url'));
    assert.lengthOf(blocks, 2);
    for (const block of blocks) {
      const words = block
        .replaceAll('\\\n', ' ')
        // Nobody answers there: it starts all the same.
        .replace('https://login.acme.example', 'http://127.0.0.1:1')
        .trim()
        .split(/\s+/);
      assert.deepEqual(words.splice(0, 4), ['rolebook', 'serve', '--policy', 'access']);
      const serving = new Serving(['--policy', 'access', '--listen', '127.0.0.1:0', ...words], folder.root);
      servings.push(serving);
      await serving.untilOutput('the pages: https://roles.acme.example/console');
      assert.strictEqual((await fetch(`${serving.address}/console`)).status, 200);
      const signIn = await fetch(`${serving.address}/v1/sign-in`, { redirect: 'manual' });
      assert.strictEqual(signIn.status, block.includes('--oidc-issuer') ? 303 : 409);
    }
  }).timeout(30_000);
});
