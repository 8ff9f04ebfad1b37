import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import { runCommand } from '../support/command-line.ts';
import { repository } from './markdown.ts';

/** Options of what is no command of rolebook: git, curl, npm and their like, and parts of others. */
const ofOthers = new Set(['--help', '--version']);

describe('docs/command-line.md', () => {
  let page: string;
  /** By command: its options. */
  const known = new Map<string, readonly string[]>();
  before(async () => {
    page = await readFile(join(repository, 'docs/command-line.md'), 'utf8');
    const complete = async (...words: string[]): Promise<string[]> =>
      (await runCommand(['__complete', 'zsh', ...words], { cwd: repository })).stdout.trimEnd().split('\n').slice(1);
    for (const command of (await complete('')).filter((name) => name !== 'help')) {
      const { stdout } = await runCommand([command, '--help'], { cwd: repository });
      const inner = stdout.includes('\nCommands:\n') ? await complete(command, '') : [undefined];
      for (const name of inner) {
        const words = name === undefined ? [command] : [command, name];
        known.set(words.join(' '), await complete(...words, '--'));
      }
    }
    assert.isAbove(known.size, 30);
  });

  it('names every command and every option that there is', () => {
    const missing = [...known].flatMap(([command, options]) => [
      ...(page.includes(`\`${command}`) || page.includes(`rolebook ${command}`) || page.includes(`## ${command}`)
        ? []
        : [command]),
      ...options.filter((option) => !isNamed(page, option)).map((option) => `${command} ${option}`),
    ]);
    assert.deepEqual(
      missing.filter((one) => !ofOthers.has(one.split(' ').at(-1) ?? '')),
      [],
    );
  });

  it('names no option that is not there', () => {
    const all = new Set([...known.values()].flat());
    const named = [...page.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([option]) => option);
    assert.isAbove(named.length, 100);
    assert.deepEqual(
      named.filter((option) => !all.has(option) && !ofOthers.has(option)),
      [],
    );
  });

  it('names every variable of the environment that is read', async () => {
    const paths = (await readdir(join(repository, 'src'), { recursive: true })).filter((path) => path.endsWith('.ts'));
    const texts = await Promise.all(paths.map((path) => readFile(join(repository, 'src', path), 'utf8')));
    const read = new Set(
      texts.flatMap((text) => [...text.matchAll(/\benv(?:\.|\[')([A-Z][A-Z_]+)/g)].map(([, name = '']) => name)),
    );
    assert.include([...read], 'GITHUB_ACTOR');
    for (const name of [...read, 'ROLEBOOK_DATABASE_URL', 'NO_COLOR', 'FORCE_COLOR', 'TERM']) {
      assert.include(page, `\`${name}\``);
    }
  });
});

function isNamed(page: string, option: string): boolean {
  return page.split(option).some((rest, index) => index > 0 && !/^[a-z-]/.test(rest));
}
