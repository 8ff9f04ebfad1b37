import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { load } from 'js-yaml';
import { codeBlocks, repository } from './markdown.ts';
import { runPullRequestPage } from './pull-request-page.ts';

const path = 'docs/pull-requests.md';
const page = readFileSync(join(repository, path), 'utf8');

describe('the page about pull requests', () => {
  it('shows what each command prints, and the comment that is posted', async () => {
    assert.isAbove(codeBlocks(path, 'console').length, 4);
    assert.strictEqual(
      await runPullRequestPage(page),
      page,
      'after a change on purpose, `npm run docs` writes the outputs anew',
    );
  }).timeout(60_000);

  it('lists each input of the action with its default', () => {
    const table = page.slice(page.indexOf('| input |'), page.indexOf('The comment is posted by'));
    const rows = [...table.matchAll(/^\| `([\w-]+)` \| ?(.*?) ?\| .* \|$/gm)].map(([, name, value]) => [name, value]);
    const { inputs } = load(readFileSync(join(repository, 'action.yml'), 'utf8')) as {
      inputs: Record<string, { default: string }>;
    };
    const wanted = Object.entries(inputs).map(([name, input]) => [name, input.default && `\`${input.default}\``]);
    assert.deepEqual(rows, wanted);
  });

  it('names owners for all that decides what a check demands, and what runs it', () => {
    const owned = page.slice(page.indexOf('```\nroles.yaml'), page.indexOf('`.github/` holds the workflows'));
    for (const path of ['roles.yaml', 'policies/', '.github/', 'package.json', 'package-lock.json', '.npmrc'])
      assert.match(owned, new RegExp(`^${path.replaceAll('.', '\\.')} +@`, 'm'));
    assert.include(owned, '.gitlab-ci.yml');
    assert.include(owned, '.pre-commit-config.yaml');
    assert.include(page, '`.github/actions`');
  });

  it('shows the hooks as the example for pre-commit has them', () => {
    const [shown = ''] = codeBlocks(path, 'yaml');
    assert.strictEqual(readFileSync(join(repository, 'docs/ci/pre-commit-config.yaml'), 'utf8').endsWith(shown), true);
  });

  it('is linked to from the README', () => {
    assert.include(readFileSync(join(repository, 'README.md'), 'utf8'), `](${path})`);
    assert.strictEqual(existsSync(join(repository, 'docs/ci/gitlab-ci.yml')), true);
  });
});
