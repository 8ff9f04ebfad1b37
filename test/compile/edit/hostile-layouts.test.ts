import { assert } from 'chai';
import { spawnSync } from 'node:child_process';
import { applyEdits } from '../../../src/compile/edit/apply-edits.ts';
import { RefusedEdit } from '../../../src/compile/edit/policy-edit.ts';
import type { SourceFile } from '../../../src/compile/file/policy-files.ts';
import { parseYaml } from '../../../src/compile/yaml/yaml-document.ts';
import { compileOrFail } from '../../support/compile-yaml.ts';
import { createPolicyFolder } from '../../support/policy-folder.ts';
import { hostileLayouts, type HostileLayout } from '../patch/hostile-layouts.ts';
import { hostileEdits, hostilePolicy } from './hostile-policy.ts';
import { checkLines, type LineCheck } from './intended-lines.ts';
import { editPlainly, inOneForm, isSaidPlainly } from './plain-edits.ts';
import type { PlainPolicy } from './plain-policy.ts';

const neverCompiled = (): never => assert.fail('the first edit is made on the policy that is there');

const textOf = (file: SourceFile | undefined): string =>
  file && 'content' in file ? Buffer.from(file.content).toString() : '';

function filesIn(layout: HostileLayout): SourceFile[] {
  return Object.entries(hostilePolicy).map(([path, data]) => ({ path, content: Buffer.from(layout.write(data)) }));
}

function plainOf(files: readonly SourceFile[]): PlainPolicy {
  const data = files.map((file) => {
    const { document, problems } = parseYaml(file.path, textOf(file).replace(/^\ufeff/, ''));
    return [file.path, (document ?? assert.fail(`${textOf(file)}${JSON.stringify(problems[0])}`)).value] as const;
  });
  return Object.fromEntries(data) as PlainPolicy;
}

describe('edits of hostile layouts', () => {
  for (const layout of hostileLayouts) {
    it(`keep ${layout.name}: intended lines differ and no other`, () => {
      const files = filesIn(layout);
      const policy = compileOrFail(files);
      assert.deepEqual(plainOf(files), hostilePolicy as unknown as PlainPolicy);
      for (const edit of hostileEdits) {
        const about = (): string => `${JSON.stringify(edit)}\n${files.map(textOf).join('\n---\n')}`;
        const after = applyEdits(files, policy, [edit], neverCompiled);
        if (isSaidPlainly(edit)) {
          assert.deepEqual(inOneForm(plainOf(after)), inOneForm(editPlainly(plainOf(files), edit)), about());
        }
        for (const file of files) {
          const now = textOf(after.find(({ path }) => path === file.path));
          assert.deepEqual(checkLines(textOf(file), now).unintended, [], `${about()}\nbecame\n${now}`);
        }
      }
    });
  }

  it('come to the same data after all of them in a row, whatever the layout', () => {
    const ends = hostileLayouts.map((layout) => {
      let files: readonly SourceFile[] = filesIn(layout);
      let made = 0;
      for (const edit of hostileEdits) {
        try {
          files = applyEdits(files, compileOrFail(files), [edit], neverCompiled);
          made += 1;
        } catch (error) {
          if (!(error instanceof RefusedEdit)) throw error;
          assert.notEqual(error.code, 'unusual-layout', `${layout.name}: ${JSON.stringify(edit)}: ${error.message}`);
        }
      }
      return { name: layout.name, made, data: inOneForm(plainOf(files)) };
    });
    for (const { name, made, data } of ends) {
      assert.isAtLeast(made, 20, name);
      assert.deepEqual(data, ends[0]?.data, name);
    }
  });

  it('would be found out where they changed a line that says the same as before', () => {
    const before = "a: x   # one\nb: 'y'\nc:\n  - d\n  # e\n  - f\n";
    for (const [after, lines] of [
      [before.replace('x   #', 'z   #'), []],
      [before.replace('x   #', 'z #').replace("'y'", 'y'), ["-b: 'y'", '+b: y']],
      [before.replace("'y'", '"y"'), ["-b: 'y'", '+b: "y"']],
      [before.replace('# one', '# two'), ['-a: x   # one', '+a: x   # two']],
      [before.replace('  # e\n  - f\n', ''), []],
      [before.replace('  - d\n  # e\n', '  # e2\n'), ['+  # e2']],
      [before.replace('c:\n  - d\n  # e\n  - f', 'c: [d, f, g]'), ['-c:', '-  - d', '-  - f']],
    ] as const) {
      assert.sameMembers([...checkLines(before, after).unintended], [...lines], after);
    }
  });

  it('change no more lines by what `git diff` counts', async () => {
    const texts: Record<string, string> = {};
    const most = new Map<string, LineCheck['most']>();
    for (const [number, layout] of hostileLayouts.entries()) {
      const files = filesIn(layout);
      const policy = compileOrFail(files);
      for (const [index, edit] of hostileEdits.entries()) {
        const after = applyEdits(files, policy, [edit], neverCompiled);
        for (const [at, file] of files.entries()) {
          if (after[at] === file) continue;
          const name = `${number}/${index}/${file.path}`;
          texts[`before/${name}`] = textOf(file);
          texts[`after/${name}`] = textOf(after[at]);
          most.set(name, checkLines(textOf(file), textOf(after[at])).most);
        }
      }
    }
    const folder = await createPolicyFolder(texts);
    const counted = countedByGit(folder.root);
    await folder.dispose();
    assert.sameMembers([...counted.keys()], [...most.keys()]);
    for (const [name, { gone, came }] of counted) {
      const about = `${name}\n${texts[`before/${name}`]}\nbecame\n${texts[`after/${name}`]}`;
      assert.isAtMost(gone, most.get(name)?.gone ?? 0, about);
      assert.isAtMost(came, most.get(name)?.came ?? 0, about);
    }
  });
});

/** How many lines went and came in each file, from `before` to `after`. */
function countedByGit(cwd: string): Map<string, LineCheck['most']> {
  const options = ['diff', '--no-index', '--minimal', '--numstat', '-z', 'before', 'after'];
  const { stdout } = spawnSync('git', options, { cwd, encoding: 'utf8' });
  const counts = new Map<string, LineCheck['most']>();
  const words = stdout.split('\0');
  for (let at = 0; at + 2 < words.length; at += 3) {
    const [came, gone] = (words[at] ?? '').split('\t').map(Number);
    counts.set((words[at + 1] ?? '').replace('before/', ''), { gone: gone ?? 0, came: came ?? 0 });
  }
  return counts;
}
