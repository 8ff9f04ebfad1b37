import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { runCommand } from '../support/command-line.ts';
import { codeBlocks, repository } from './markdown.ts';

const page = 'docs/modelling.md';

describe('docs/modelling.md', () => {
  it('shows lines of the examples, in their order', () => {
    const blocks = codeBlocks(page, 'yaml');
    assert.isAtLeast(blocks.length, 10);
    for (const block of blocks) {
      const [heading = '', ...lines] = block.trimEnd().split('\n');
      const path = heading.replace('# ', '');
      const rest = readFileSync(join(repository, path), 'utf8').split('\n');
      for (const line of lines) {
        const at = rest.indexOf(line);
        assert.isAtLeast(at, 0, `${path} has no such line, or not there: ${line}`);
        rest.splice(0, at + 1);
      }
    }
  });

  it('shows what the commands answer', async () => {
    const text = readFileSync(join(repository, page), 'utf8');
    const blocks = [
      ...text.matchAll(/<!-- in (\S+) -->\n(?:<!-- exits (\d) -->\n)?```console\n\$ rolebook ([^\n]+)\n([^]*?)```/g),
    ];
    assert.lengthOf(blocks, codeBlocks(page, 'console').length);
    for (const [, folder = '', exitCode = '0', command = '', shown] of blocks) {
      const words = [...command.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
      const result = await runCommand(words, { cwd: join(repository, folder) });
      assert.equal(result.all, shown, command);
      assert.equal(result.exitCode, Number(exitCode), command);
    }
  });
});
