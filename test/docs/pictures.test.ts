import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { pictures } from '../../scripts/pictures.ts';
import { repository } from './markdown.ts';

const folder = join(repository, 'docs/images');
const pages = ['README.md', ...readdirSync(join(repository, 'docs'), { recursive: true, encoding: 'utf8' })]
  .filter((path) => path.endsWith('.md'))
  .map((path) => (path === 'README.md' ? path : join('docs', path)));

describe('the pictures of the documentation', () => {
  const drawn = Object.keys(pictures)
    .map((name) => `${name}.webp`)
    .sort();

  it('are those that `npm run pictures` draws: each one is shown, and there is no other', () => {
    const shown = pages.flatMap((page) =>
      [...readFileSync(join(repository, page), 'utf8').matchAll(/\]\([^)]*\bimages\/([^)#]+)\)/g)].map(
        ([, name = '']) => name,
      ),
    );
    assert.deepEqual([...new Set(shown)].sort(), drawn);
    assert.deepEqual(readdirSync(folder).sort(), drawn);
  });

  it('are small: 70 kB at most, and 400 kB together', () => {
    const sizes = drawn.map((name) => statSync(join(folder, name)).size);
    for (const [index, size] of sizes.entries()) assert.isAtMost(size, 70_000, drawn[index]);
    assert.isAtMost(
      sizes.reduce((sum, size) => sum + size, 0),
      400_000,
    );
  });
});
