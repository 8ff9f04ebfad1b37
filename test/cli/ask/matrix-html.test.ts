import { createHash } from 'node:crypto';
import { assert } from 'chai';
import { askedCompany } from './asked-company.ts';
import { askedFolder } from './asked-folder.ts';

/** The tags of a page in order, without what stands in `script` and `style`. */
function tagsOf(page: string): string[] {
  const markup = page.replaceAll(/(<(script|style)>)[^]*?(<\/\2>)/g, '$1$3');
  return [...(markup.match(/<[^!][^>]*>/g) ?? [])];
}

function attributesOf(tag: string): string[] {
  return [...tag.matchAll(/ ([a-z-]+)(?==|[ >])/g)].map(([, name = '']) => name);
}

function partOf(page: string, name: 'script' | 'style'): string {
  return new RegExp(`<${name}>([^]*?)</${name}>`).exec(page)?.[1] ?? '';
}

describe('the page of rolebook matrix', () => {
  const { ask } = askedFolder();
  const show = async (...argv: string[]): Promise<string> => {
    return (await ask(['matrix', ...argv, '--format', 'html'])).stdout;
  };

  it('works alone: it fetches nothing, and its policy lets nothing but its own style and script run', async () => {
    const page = await show('support');
    for (const tag of tagsOf(page)) {
      const loads = attributesOf(tag).filter((name) =>
        ['src', 'srcset', 'action', 'style', 'data', 'poster'].includes(name),
      );
      assert.isEmpty(loads, tag);
      assert.isEmpty(
        attributesOf(tag).filter((name) => name.startsWith('on')),
        tag,
      );
      assert.notMatch(tag, /^<(?:link|iframe|img|object|embed|base|form|video|audio)\\b/);
      const [, target] = / href="([^"]*)"/.exec(tag) ?? [];
      if (target !== undefined) assert.match(target, /^#[a-z-]+$/);
    }
    assert.notMatch(partOf(page, 'style'), /url\(|@import|@font-face/);
    const script = partOf(page, 'script');
    assert.notMatch(script, /innerHTML|outerHTML|insertAdjacent|document\.write|eval|fetch|XMLHttp|import\(|location/);
    const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    assert.equal(
      policy,
      [
        "default-src 'none'",
        `style-src ${hash(partOf(page, 'style'))}`,
        `script-src ${hash(script)}`,
        "base-uri 'none'",
        "form-action 'none'",
      ].join('; '),
    );
  });

  it('has a script that an engine reads', async () => {
    const script = partOf(await show('support'), 'script');
    // Made, not run: the text is a constant of ours.
    const { Script } = await import('node:vm');
    assert.doesNotThrow(() => new Script(script));
  });

  it('says every cell in words, so that it reads aloud and without colours', async () => {
    const page = await show('support');
    const rows = page.split('<tr class="row').slice(1);
    assert.isNotEmpty(rows);
    for (const row of rows) {
      const cells = [...row.matchAll(/<td [^>]*data-why="([^"]+)"[^>]*>(.*?)<\/td>/g)];
      assert.lengthOf(cells, 7);
      for (const [, why = '', content = ''] of cells) {
        const isSaid =
          content.includes(`role="img" aria-label="${why}"`) || content.includes(`<span class="sr">${why}<`);
        assert.isTrue(isSaid, `${why} ${content}`);
      }
    }
    assert.include(page, 'yes, from Standard access');
    assert.include(page, 'no, taken out of Standard access');
    assert.include(page, 'no, no role of its kind can hold it');
    assert.include(page, 'denied, whatever other role is held');
  });

  it('is one table with heads of rows and columns in a named region that the keyboard reaches', async () => {
    const page = await show('support');
    assert.include(page, '<html lang="en">');
    assert.include(page, 'tabindex="0" role="region" aria-label="Roles and permissions"');
    assert.lengthOf(page.match(/<table>/g) ?? [], 1);
    assert.include(page, '<caption class="sr">');
    assert.lengthOf(page.match(/<th scope="col"/g) ?? [], 1 + 7);
    assert.lengthOf(
      page.match(/<th scope="rowgroup" colspan="8"><button type="button" aria-expanded="true">/g) ?? [],
      3,
    );
    assert.lengthOf(page.match(/<th scope="row">/g) ?? [], page.split('<tr class="row').length - 1);
    assert.include(page, '<a class="skip" href="#matrix">');
    assert.include(page, 'role="status"');
    assert.lengthOf(page.match(/<h1>/g) ?? [], 1);
  });

  it('closes every tag that it opens, in order', async () => {
    const open: string[] = [];
    for (const tag of tagsOf(await show('support'))) {
      const [, slash = '', name = ''] = /^<(\/?)([a-z0-9]+)/i.exec(tag) ?? [];
      if (slash === '/') assert.equal(open.pop(), name);
      else if (!tag.endsWith('/>') && !['meta', 'input'].includes(name)) open.push(name);
    }
    assert.isEmpty(open);
  });

  it('is light and dark, keeps header and first column, and gives fingers taller rows', async () => {
    const style = partOf(await show('support'), 'style');
    for (const part of [
      'color-scheme: light dark',
      'prefers-color-scheme: dark',
      'position: sticky; top: 0',
      'pointer: coarse',
      'forced-colors: active',
      '@media print',
    ])
      assert.include(style, part);
  });

  it('says what it shows: a workspace on its plan, a company, or built-in roles', async () => {
    assert.match(
      await show('support'),
      /<h1>Support<\/h1>\n<p class="sub">7 roles and 5 permissions of workspace <code>support<\/code> of <code>acme<\/code>, on the plan <code>scale<\/code>\. Revision <code>[0-9a-f]{12}<\/code>\./,
    );
    assert.match(
      await show('--organization', 'free'),
      /<h1>free<\/h1>\n<p class="sub">5 roles and 5 permissions of <code>free<\/code>, the same in all its workspaces, on the plan <code>free<\/code>/,
    );
    assert.match(
      await show(),
      /<h1>Built-in roles<\/h1>\n<p class="sub">5 roles and 5 permissions, the same in every workspace\./,
    );
    const kinds = [...(await show('support')).matchAll(/<span class="kind">([^<]*)</g)].map(([, kind]) => kind);
    assert.deepEqual(kinds, [
      'built in',
      ...['built in', 'company-wide'],
      ...['built in', 'company-wide'],
      ...['built in', 'where one is a member'],
      ...['built in', 'staff'],
      'of the company',
    ]);
  });

  it('is the same, byte for byte, for the same policy', async () => {
    assert.equal(await show('support'), await show('support'));
  });
});

const pieces = [
  '<script>a</script>',
  '</style>',
  '</td></table>',
  '"><img src=x onerror=a>',
  "' onload='x",
  '&lt;&',
  '<!--',
  ']]>',
  '`',
];

describe('the page of rolebook matrix, with names that look like markup', () => {
  const hostile = pieces.join(' ');
  const texts = (name: string): Record<string, string> => ({
    ...askedCompany,
    'roles.yaml': (askedCompany['roles.yaml'] ?? '')
      .replace('title: Send messages', `caution: ${JSON.stringify(name)}, title: ${JSON.stringify(name)}`)
      .replace('title: Standard access', `description: ${JSON.stringify(name)}, title: ${JSON.stringify(name)}`)
      .replace('  Analytics:', `  ${JSON.stringify(name)}:`),
    'policies/acme/support.yaml': (askedCompany['policies/acme/support.yaml'] ?? '').replace(
      'title: Support',
      `title: ${JSON.stringify(name)}`,
    ),
  });
  const harmful = askedFolder(texts(hostile));
  const harmless = askedFolder(texts('plain'));

  it('has the very same elements and attributes as with plain names', async () => {
    const [page, plain] = await Promise.all(
      [harmful, harmless].map(async ({ ask }) => {
        const { exitCode, all, stdout } = await ask(['matrix', 'support', '--format', 'html']);
        assert.equal(exitCode, 0, all);
        return stdout;
      }),
    );
    const structure = (text = ''): string[] =>
      tagsOf(text).map((tag) =>
        [/^<\/?\w+/.exec(tag)?.[0], ...attributesOf(tag.replaceAll(/"[^"]*"/g, '""'))].join(' '),
      );
    assert.deepEqual(structure(page), structure(plain));
    for (const piece of [pieces[0], pieces[2], pieces[3]]) assert.notInclude(page, piece ?? '');
    assert.include(page, '&lt;script&gt;a&lt;/script&gt;');
  });
});
