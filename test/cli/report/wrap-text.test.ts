import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import { wrapHelp, wrapLine } from '../../../src/cli/report/wrap-text.ts';
import { createGitPolicy } from '../../support/git-policy.ts';
import { runCommand, type CommandSurroundings } from '../../support/command-line.ts';

describe('a line for a terminal', () => {
  it('is broken at blanks, and goes on further right', () => {
    assert.equal(wrapLine('+ ana may do this and that', 14, 2), '+ ana may do\n  this and\n  that');
    assert.equal(wrapLine('one two three', 13, 4), 'one two three');
    assert.equal(wrapLine('one two three', 12, 4), 'one two\n    three');
    assert.equal(wrapLine('  a   b', 80, 2), '  a   b');
  });

  it('is whole where nobody asked, and so is a word that is longer', () => {
    assert.equal(wrapLine('one two three', undefined, 2), 'one two three');
    assert.equal(wrapLine(`a ${'b'.repeat(30)} c`, 10, 2), `a\n  ${'b'.repeat(30)}\n  c`);
    assert.equal(wrapLine('x'.repeat(50), 10, 2), 'x'.repeat(50));
  });

  it('counts what is seen: no colours, two columns for a wide character', () => {
    assert.equal(
      wrapLine('\u001b[32m+\u001b[39m \u001b[1mana\u001b[22m may', 9, 2),
      '\u001b[32m+\u001b[39m \u001b[1mana\u001b[22m may',
    );
    assert.equal(wrapLine('日本 日本', 8, 0), '日本\n日本');
    assert.equal(wrapLine('日本 日本', 9, 0), '日本 日本');
  });

  it('of help is filled anew by paragraphs, and an example stays as it is', () => {
    const text =
      'One two\nthree.\n\nExit codes:\n  0 clean   1 wrong   2 worse,\n  or worst\n\nExamples:\n  rolebook lint --policy access --strict';
    const example = 'Examples:\n  rolebook lint --policy access --strict';
    assert.equal(
      wrapHelp(text, 80),
      `One two three.\n\nExit codes:\n  0 clean   1 wrong   2 worse, or worst\n\n${example}`,
    );
    assert.equal(
      wrapHelp(text, 20),
      `One two three.\n\nExit codes:\n  0 clean   1 wrong\n  2 worse, or worst\n\n${example}`,
    );
  });
});

describe('the lines of `diff` and `help:`', () => {
  const names = Array.from({ length: 30 }, (_, index) => `person-number-${index}@acme.example`);

  it('fit the terminal, say the same, and are whole in a pipe and in a file', async () => {
    const policy = await createGitPolicy();
    policy.commit();
    const members = names.map((name) => `  ${name}: team-lead\n`).join('');
    await policy.write(
      'policies/more.yaml',
      `workspace: more\nroles: { team-lead: { extends: member } }\nmembers:\n${members}`,
    );
    const diff = async (surroundings: Partial<CommandSurroundings>, ...argv: string[]): Promise<string> =>
      (await runCommand(['diff', 'HEAD', ...argv], { cwd: policy.root, env: { NO_COLOR: '1' }, ...surroundings }))
        .stdout;
    const piped = await diff({ columns: 60 });
    assert.isAbove(Math.max(...piped.split('\n').map((line) => line.length)), 100);
    for (const columns of [60, 80, 100]) {
      const shown = await diff({ isTerminal: true, columns });
      for (const line of shown.split('\n')) assert.isAtMost(line.length, columns, line);
      assert.equal(shown.split(/\s+/).join(' '), piped.split(/\s+/).join(' '));
      assert.match(shown, /^\+ [^\n]+\n {2}\S/m);
    }
    const coloured = await diff({ isTerminal: true, columns: 60, env: { FORCE_COLOR: '1' } });
    assert.equal(coloured.replaceAll(/\u001b\[\d+m/g, ''), await diff({ isTerminal: true, columns: 60 }));
    await diff({ isTerminal: true, columns: 60 }, '--report', 'text=diff.txt');
    assert.equal(await readFile(join(policy.root, 'diff.txt'), 'utf8'), piped);
    await policy.dispose();
  });

  it('of a problem goes on behind its word', async () => {
    const policy = await createGitPolicy();
    const lint = (surroundings: Partial<CommandSurroundings>): Promise<{ stdout: string }> =>
      runCommand(['lint', 'roles.yaml'], { cwd: policy.root, env: { NO_COLOR: '1' }, ...surroundings });
    await policy.write('roles.yaml', 'permissions: { C: { a:b: t } }\nroles: { a: { zzzzzzzzz: x } }\n');
    const { stdout } = await lint({ isTerminal: true, columns: 50 });
    assert.match(stdout, /^help: known: [^\n]{1,50}\n {6}`/m);
    assert.match((await lint({ columns: 50 })).stdout, /^help: known: [^\n]{60,}$/m);
    await policy.dispose();
  });
});
