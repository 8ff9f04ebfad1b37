import { setTimeout } from 'node:timers/promises';
import { assert } from 'chai';
import { PolicyCompiler } from '../../../src/compile/compile-policy.ts';
import type { SourceFile } from '../../../src/compile/file/policy-files.ts';
import { PolicyPreparer } from '../../../src/store/live/prepare-policy.ts';
import { LongFiles } from '../../../src/store/live/long-files.ts';
import { collectGarbage } from '../../support/collect-garbage.ts';
import { nowMs } from '../../support/compile-yaml.ts';
import { smallPolicy } from '../../support/policy-folder.ts';
import { scriptUrl, threadEntry } from '../../support/thread-entry.ts';

const long = (role: string, rest = ''): string =>
  `workspace: long\nmembers:\n${Array.from({ length: 12_000 }, (_, index) => `  p${index}@acme.example: ${role}\n`).join('')}${rest}`;

function filesOf(texts: Readonly<Record<string, string>>): SourceFile[] {
  return Object.entries({ ...smallPolicy(), ...texts }).map(([path, text]) => ({ path, content: Buffer.from(text) }));
}

/** Threads that do not do their work, and how. */
const badThreads: Readonly<Record<string, URL>> = {
  'is not there': new URL('file:///nowhere/thread.js'),
  'throws as it begins': scriptUrl('throw new Error("broken")'),
  'ends without a word': scriptUrl('process.exit(0)'),
  'ends when it is asked': scriptUrl(
    'import { parentPort } from "node:worker_threads"; parentPort.on("message", () => process.exit(1));',
  ),
  'never answers': scriptUrl('import { parentPort } from "node:worker_threads"; parentPort.on("message", () => {});'),
  'hangs as it begins': scriptUrl('for (;;);'),
  'answers with nothing': scriptUrl(
    'import { parentPort } from "node:worker_threads"; parentPort.on("message", () => parentPort.postMessage(undefined));',
  ),
};

describe('long files', () => {
  it('are read in another thread, each once', async () => {
    const files = filesOf({ 'policies/long.yaml': long('member'), 'policies/more.yaml': long('member') });
    const longFiles = new LongFiles(threadEntry);
    await longFiles.look(files);
    const taken = files.filter((file) => longFiles.take(file) instanceof Int32Array).map(({ path }) => path);
    assert.deepEqual(taken, ['policies/long.yaml', 'policies/more.yaml']);
    await longFiles.look(files);
    assert.isTrue(files.every((file) => longFiles.take(file) === undefined));
  });

  it('and nothing else: neither short ones, nor those too long, nor what cannot be read', async () => {
    const longFiles = new LongFiles(badThreads['throws as it begins']);
    const files: SourceFile[] = [
      ...filesOf({}),
      { path: 'policies/huge.yaml', content: Buffer.alloc(5 * 1024 * 1024, 'a') },
      { path: 'policies/fault.yaml', fault: 'cannot be read', help: '' },
    ];
    await longFiles.look(files);
    assert.isTrue(files.every((file) => longFiles.take(file) === undefined));
  });

  const mistakes: Readonly<Record<string, string>> = {
    'that is sound': long('member'),
    'with an unknown role': long('membr'),
    'that breaks off': long('member', '  last: ['),
    'with a key twice': long('member', '  p7@acme.example: member\n'),
    'with a value of a wrong type': long('member', '  last: 7\n'),
    'with a character that nobody sees': long('member', '# \u202e\n'),
  };

  for (const [what, text] of Object.entries(mistakes)) {
    it(`give the same policy and the same problems, of one ${what}`, async () => {
      const files = filesOf({ 'policies/long.yaml': text });
      const here = new PolicyCompiler().compile(files, nowMs);
      const beside = await new PolicyPreparer(new LongFiles(threadEntry)).compile(files, nowMs);
      assert.deepEqual(beside.problems, here.problems);
      assert.equal(beside.policy?.digest, here.policy?.digest);
      assert.equal(here.policy !== undefined, what === 'that is sound');
    });
  }

  for (const [what, entry] of Object.entries(badThreads)) {
    it(`are read here where the thread ${what}`, async () => {
      const files = filesOf({ 'policies/long.yaml': long('member') });
      const { policy } = await new PolicyPreparer(new LongFiles(entry, 300)).compile(files, nowMs);
      assert.equal(policy?.workspaces.get('long')?.members.get('user')?.size, 12_000);
    });
  }

  for (const what of ['never answers', 'hangs as it begins']) {
    it(`are read here where the thread ${what}, also when garbage is collected meanwhile`, async () => {
      const files = filesOf({ 'policies/long.yaml': long('member') });
      const collecting = setInterval(collectGarbage, 50);
      const looked = new LongFiles(badThreads[what], 300).look(files).then(() => 'over');
      const outcome = await Promise.race([looked, setTimeout(10_000, 'still waiting', { ref: false })]);
      clearInterval(collecting);
      assert.equal(outcome, 'over');
    });
  }
});
