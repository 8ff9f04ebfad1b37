import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import { createPolicyFolder, smallPolicy, type PolicyFolder } from '../../support/policy-folder.ts';
import { runCommand } from '../../support/command-line.ts';

const hostile = '</title><script>alert(1)</script>"\' onmouseover=x &amp; \u202e\u0007';

// A category takes no control characters.
const category = hostile.replaceAll(/[\u202e\u0007]/g, '');

// As an escape: written out, it would hide what stands there from whoever reads the file.
const quoted = (text: string): string => JSON.stringify(text).replaceAll('\u202e', '\\u202e');

const roles = `permissions:
  ${JSON.stringify(category)}:
    tag:create: { title: ${quoted(hostile)} }
    tag:edit: Edit tags
roles:
  member: { title: ${quoted(hostile)}, grants: [tag:create] }
`;

async function pageOf(files: Record<string, string>, argv: readonly string[] = []): Promise<string> {
  const folder: PolicyFolder = await createPolicyFolder(files);
  try {
    await runCommand(['test', '--coverage-html', 'map.html', ...argv], { cwd: folder.root });
    return await readFile(join(folder.root, 'map.html'), 'utf8');
  } finally {
    await folder.dispose();
  }
}

const hostilePolicy = {
  'roles.yaml': roles,
  'policies/support.yaml': 'workspace: support\nmembers: { ana: member }\n',
  'policies/<b>.test.yaml': `tests:\n  - { name: ${quoted(hostile)}, workspace: support, as: ana, can: [tag:create] }\n`,
};

describe('the coverage map', () => {
  it('says with a sign in each cell what the colours say, and what each sign means', async () => {
    const page = await pageOf({
      ...smallPolicy(),
      'policies/a.test.yaml':
        'tests:\n  - { name: x, workspace: support, as: { role: trainee }, can: [comment:send], cannot: [tag:create] }\n',
    });
    const rowOf = (permission: string): string[] => {
      const rows = page.split('<h2>Roles of support</h2>')[1]?.split('<tr>') ?? [];
      const row = rows.find((part) => part.includes(`>${permission}</th>`)) ?? '';
      return [...row.matchAll(/<td class="([^"]+)"[^>]*>([^<]+)<\/td>/g)].map(
        ([, name = '', sign = '']) => `${name} ${sign}`,
      );
    };
    assert.deepEqual(rowOf('comment:send'), ['open ✓?', 'may few ✓']);
    assert.deepEqual(rowOf('tag:create'), ['open ✓?', 'not few ✗']);
    assert.deepEqual(rowOf('analytics:view'), ['open ✗?', 'open ✗?']);
    for (const sign of ['✓', '✗', '✓?', '✗?']) assert.include(page, `>${sign}</td><td>`);
    assert.include(page, 'title="trainee may comment:send: policies/a.test.yaml:2"');
    assert.include(page, '<h2>Not counted</h2>');
    assert.notInclude(rowOf('message:send@personal').join(), '✓');
  });

  it('marks what several lines assert more strongly', async () => {
    const line = '  - { name: x, workspace: support, as: { role: trainee }, can: [comment:send] }\n';
    const files = (count: number): Record<string, string> => ({
      ...smallPolicy(),
      'policies/a.test.yaml': `tests:\n${line.repeat(count)}`,
    });
    assert.include(await pageOf(files(1)), '<td class="may few"');
    assert.include(await pageOf(files(2)), '<td class="may some"');
    const many = await pageOf(files(5));
    assert.include(many, '<td class="may many"');
    assert.include(many, 'policies/a.test.yaml:4 and 2 more"');
  });

  it('shows markup in titles, categories and file names, and runs none of it', async () => {
    const page = await pageOf(hostilePolicy);
    assert.include(page, '&lt;script&gt;alert(1)&lt;/script&gt;');
    assert.include(page, 'policies/&lt;b&gt;.test.yaml:2');
    assert.notMatch(page, /<script|<b>|<\/title><|[\u202e\u0007]/);
    const attributes = [...page.matchAll(/<[a-z][^<>]*>/g)].map(([tag]) => tag.replaceAll(/"[^"]*"/g, '""'));
    for (const tag of attributes) assert.notMatch(tag, /onmouseover|'/, tag);
  });

  it('escapes the filter it was made with', async () => {
    const page = await pageOf(hostilePolicy, ['<SCRIPT>']);
    assert.include(page, 'matching `&lt;SCRIPT&gt;`');
    assert.notMatch(page, /<script/i);
  });

  it('needs nothing from anywhere: no scripts, no links, no pictures, and says so to the browser', async () => {
    const page = await pageOf(hostilePolicy);
    assert.notMatch(page, /<(script|link|img|iframe|object|embed|base)\b|@import|url\(|https?:|src=|href=/i);
    assert.include(page, `content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  it('is one well-formed page with a language, headings, and headers for rows and columns', async () => {
    const page = await pageOf(hostilePolicy);
    const open: string[] = [];
    for (const [, slash, name = ''] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)[^<>]*>/g)) {
      if (name === 'meta' || name === 'br') continue;
      if (slash === '/') assert.equal(open.pop(), name);
      else open.push(name);
    }
    assert.deepEqual(open, []);
    assert.include(page, '<html lang="en">');
    assert.include(page, '<th scope="col"');
    assert.include(page, '<th scope="row"');
    assert.lengthOf([...page.matchAll(/<h1>/g)], 1);
  });
});
