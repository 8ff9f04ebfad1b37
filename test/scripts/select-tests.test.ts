import { fileURLToPath } from 'node:url';
import { assert } from 'chai';
import { isLaw, selectTests } from '../../scripts/select-tests.ts';
import { createPolicyFolder } from '../support/policy-folder.ts';

describe('the tests that are quick', () => {
  it('start nothing, neither themselves nor through what they import', async () => {
    const folder = await createPolicyFolder({
      'src/server.ts': "import { createServer } from 'node:http';\n",
      'test/calls.ts': "import type { Server } from 'node:http';\nexport { ask } from './ask.ts';\n",
      'test/ask.ts': "import {\n  request,\n} from 'node:http';\n",
      'test/turns/there.ts': "import './back.ts';\n",
      'test/turns/back.ts': "import { there } from './there.ts';\n",
      'test/a/pure.test.ts':
        "import { server } from '../../src/server.ts';\nimport { there } from '../turns/there.ts';\n",
      'test/a/type.test.ts': "import type { ChildProcess } from 'node:child_process';\n",
      'test/a/own.test.ts': "import { spawn } from 'node:child_process';\n",
      'test/b/later.test.ts': "const { fork } = await import('node:cluster');\n",
      'test/b/through.test.ts': "import { calls } from '../calls.ts';\n",
    });
    try {
      assert.deepEqual(selectTests(folder.root), {
        quick: ['test/a/pure.test.ts', 'test/a/type.test.ts'],
        slow: ['test/a/own.test.ts', 'test/b/later.test.ts', 'test/b/through.test.ts'],
      });
    } finally {
      await folder.dispose();
    }
  });

  it('are at least a third of all, and those that start a program or a database are not among them', () => {
    const { quick, slow } = selectTests(fileURLToPath(new URL('../..', import.meta.url)));
    assert.isAbove(quick.length, (quick.length + slow.length) / 3);
    for (const name of ['siege', 'fleet', 'open-files', 'live-database', 'review']) {
      assert.isNotEmpty(
        slow.filter((file) => file.endsWith(`/${name}.test.ts`)),
        name,
      );
    }
    for (const name of ['ids', 'flatten-roles', 'casbin-engine']) {
      assert.isNotEmpty(
        quick.filter((file) => file.endsWith(`/${name}.test.ts`)),
        name,
      );
    }
  });
});

describe('the tests that are laws', () => {
  it('draw at random, as each says that is called one', () => {
    const laws = ['test/engine/groups-laws.test.ts', 'test/fuzz/git-trees.test.ts'];
    assert.deepEqual(laws.filter(isLaw), laws);
    const others = ['test/engine/groups.test.ts', 'test/engine/laws-of-time.test.ts', 'test/review/fuzz.test.ts'];
    assert.deepEqual(others.filter(isLaw), []);
    const { quick, slow } = selectTests(fileURLToPath(new URL('../..', import.meta.url)));
    assert.isAtLeast([...quick, ...slow].filter(isLaw).length, 15);
  });
});
