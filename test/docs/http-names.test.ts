import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import { apiProblems } from '../../src/http/messages/api-problem.ts';
import { openApiDocument } from '../../src/http/sidecar-listener.ts';
import { repository } from './markdown.ts';

type Operations = Readonly<Record<string, { readonly operationId: string }>>;

describe('the names that docs/http.md has', () => {
  let page: string;
  const others: string[] = [];
  before(async () => {
    const folder = join(repository, 'docs');
    page = await readFile(join(folder, 'http.md'), 'utf8');
    const names = (await readdir(folder)).filter((name) => name.endsWith('.md') && page.includes(`](${name}`));
    for (const name of names) others.push(await readFile(join(folder, name), 'utf8'));
  });

  it('are those of all operations, each once', () => {
    const [, list = ''] = /these names stay: ([^]*?) An object that takes/.exec(page) ?? [];
    const named = [...list.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
    const known = Object.values(openApiDocument.paths).flatMap((operations) =>
      Object.values(operations as Operations).map(({ operationId }) => operationId),
    );
    assert.sameMembers(named, known);
  });

  it('are those of all endpoints, here or where it leads to', () => {
    const texts = [page, ...others];
    const isShown = (path: string): boolean => {
      const shown = new RegExp(`${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/\\s`?]+')}(?![\\w/])`);
      return texts.some((text) => shown.test(text));
    };
    assert.deepEqual(
      Object.keys(openApiDocument.paths).filter((path) => !isShown(path)),
      [],
    );
  });

  it('are those of all problems, each once, with its status', () => {
    const rows = [...page.matchAll(/^\| ((?:`[a-z0-9-]+`(?:, )?)+) \| (\d{3}) \|/gm)].flatMap(
      ([, codes = '', status]) => [...codes.matchAll(/`([a-z0-9-]+)`/g)].map(([, code = '']) => `${code} ${status}`),
    );
    const known = Object.entries(apiProblems).map(([code, { status }]) => `${code} ${status}`);
    assert.sameMembers(rows, known);
  });

  it('are those of all metrics, here or where it leads to', async () => {
    const paths = (await readdir(join(repository, 'src'), { recursive: true })).filter((path) => path.endsWith('.ts'));
    const texts = await Promise.all(paths.map((path) => readFile(join(repository, 'src', path), 'utf8')));
    const made = new Set(
      texts.flatMap((text) => [...text.matchAll(/'(rolebook_[a-z_]+[a-z])'/g)].map(([, name = '']) => name)),
    );
    assert.isAbove(made.size, 30);
    const told = [page, ...others].join('\n');
    assert.deepEqual(
      [...made].filter((name) => !told.includes(`\`${name}`)),
      [],
    );
  });
});
