import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { assert } from 'chai';
import { load } from 'js-yaml';
import { loadSchema } from '../../src/compile/schema/policy-schemas.ts';
import { rolebookProgram } from '../support/rolebook-program.ts';
import { codeBlocks, repository } from './markdown.ts';

const run = promisify(execFile);

const pages = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(join(repository, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => `docs/${path}`),
];

describe('the documentation', () => {
  it('links to pages that are there', () => {
    for (const page of pages) {
      const text = readFileSync(join(repository, page), 'utf8');
      for (const [, target = ''] of text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
        assert.strictEqual(existsSync(join(repository, dirname(page), target)), true, `${page} → ${target}`);
      }
    }
  });

  it('names source files that are there', () => {
    for (const page of pages) {
      const text = readFileSync(join(repository, page), 'utf8');
      for (const [path] of text.matchAll(/\b(?:src|test|schemas|scripts)\/[\w./-]+\.(?:ts|json)\b/g)) {
        assert.strictEqual(existsSync(join(repository, path)), true, `${page} → ${path}`);
      }
    }
  });

  it('fits the architecture on two pages of 100 lines', () => {
    assert.isAtMost(readFileSync(join(repository, 'ARCHITECTURE.md'), 'utf8').split('\n').length, 200);
  });

  it('shows policies in words that the schemas know', () => {
    const known = new Set<string>();
    for (const name of ['roles', 'organization', 'workspace', 'test'] as const) {
      const { properties } = loadSchema(name) as { properties: Record<string, unknown> };
      for (const key of Object.keys(properties)) known.add(key);
    }
    const blocks = codeBlocks('docs/policies.md', 'yaml');
    assert.isAbove(blocks.length, 3);
    for (const block of blocks) assert.includeMembers([...known], Object.keys(load(block) as object));
  });

  it('tells how another Casbin reads the same policy, and it does', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rolebook-docs-'));
    try {
      const [command = ''] = codeBlocks('docs/casbin.md', 'sh');
      const words = command.trim().split(' ').slice(1);
      const out = join(folder, 'build');
      await run(process.execPath, [rolebookProgram, ...words.slice(0, -1), out], {
        cwd: repository,
      });
      const rows = readFileSync(join(out, 'policy.csv'), 'utf8').split('\n');
      const [shown = ''] = codeBlocks('docs/casbin.md', '');
      for (const row of shown.trim().split('\n')) assert.include(rows, row);
      const [program = ''] = codeBlocks('docs/casbin.md', 'js');
      await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'));
      await writeFile(
        join(folder, 'ask.mjs'),
        program.replace('await casbin.enforce', 'const answer = await casbin.enforce') + '\nconsole.log(answer);\n',
      );
      assert.strictEqual((await run(process.execPath, ['ask.mjs'], { cwd: folder })).stdout, 'true\n');
    } finally {
      await rm(folder, { recursive: true });
    }
  }).timeout(30_000);
});
