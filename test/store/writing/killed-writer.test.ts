import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { assert } from 'chai';
import { PolicyDirectory } from '../../../src/store/folder/policy-directory.ts';
import { settleUnfinished, writePolicyFiles } from '../../../src/store/writing/write-policy-files.ts';
import { replacementsOf, textsBelow, writeAndDie, writeOnFullDisk, type Texts } from './policy-writer.ts';

const old: Texts = {
  'policies/a.yaml': 'a: 1\n',
  'policies/b.yaml': 'b: 1\n',
  'policies/gone.yaml': 'gone: 1\n',
  'roles.yaml': 'roles: {}\n',
};
const wanted: Texts = {
  'policies/a.yaml': 'a: 2\n',
  'policies/b.yaml': 'b: 2\n',
  'policies/new/c.yaml': 'c\n',
  'roles.yaml': 'roles: {}\n',
};
const isPolicy = (path: string): boolean => !path.split('/').some((part) => part.startsWith('.'));
const policyIn = (texts: Texts): Texts => Object.fromEntries(Object.entries(texts).filter(([path]) => isPolicy(path)));
const isSame = (one: Texts, other: Texts): boolean => JSON.stringify(one) === JSON.stringify(other);

describe('a process killed while it writes files of a policy', () => {
  // On a disk in memory, where there is one: each of some hundred changes waits for its disk.
  const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'rolebook-killed-'));
  let steps: readonly number[] = [];
  before(async () => {
    for (const [path, text] of Object.entries(old)) {
      mkdirSync(dirname(join(root, 'from', path)), { recursive: true });
      writeFileSync(join(root, 'from', path), text);
    }
    const count = await writeAndDie(join(root, 'left'), join(root, 'from'), replacementsOf(old, wanted));
    steps = Array.from({ length: count }, (_, step) => step);
  });
  after(() => rmSync(root, { recursive: true }));

  /** A copy of what was left by the one that was killed before a step. */
  const leftAt = (step: number): string => {
    const copy = join(root, 'copy', `${step}-${Math.random().toString(36).slice(2)}`);
    cpSync(join(root, 'left', `${step}`), copy, { recursive: true });
    return copy;
  };
  /** Where one file of several has taken its place. */
  const halfWritten = (): readonly string[] =>
    steps.map(leftAt).filter((place) => ![old, wanted].some((whole) => isSame(whole, policyIn(textsBelow(place)))));

  it('leaves all of a change or none of it, at whatever step: the next one finishes it or undoes it', async () => {
    const outcomes: string[] = [];
    for (const step of steps) {
      const place = leftAt(step);
      const settled = await settleUnfinished(place);
      const now = policyIn(textsBelow(place));
      assert.isTrue(isSame(now, old) || isSame(now, wanted), `step ${step}: ${JSON.stringify(now)}`);
      if (settled) assert.deepEqual(now, settled.outcome === 'finished' ? wanted : old, `step ${step}`);
      assert.deepEqual(settled?.foreign ?? [], []);
      outcomes.push(settled?.outcome ?? 'nothing');
      // Nothing that was left keeps the next from writing, and nothing of it stays.
      if (step % 3 > 0 && settled) {
        assert.deepEqual(textsBelow(place), now, `step ${step}`);
        continue;
      }
      await writePolicyFiles(place, replacementsOf(now, { ...now, 'policies/a.yaml': 'a: 3\n' }));
      assert.deepEqual(textsBelow(place), { ...now, 'policies/a.yaml': 'a: 3\n' }, `step ${step}`);
    }
    assert.includeMembers(outcomes, ['nothing', 'undone', 'finished']);
    assert.isAbove(outcomes.length, 40);
  });

  it('leaves nothing half-written to who reads', async () => {
    const half = halfWritten();
    assert.isAbove(half.length, 3);
    for (const place of [half[0] ?? '', half.at(-1) ?? '']) {
      const said = await new PolicyDirectory(place).read('all').then(String, String);
      assert.include(said, 'half-written');
    }
    for (const step of steps.filter((one) => one % 8 === 0)) {
      const place = leftAt(step);
      const read = await new PolicyDirectory(place).read('all').then(
        (files) => files.map(({ path }) => path),
        () => undefined,
      );
      if (!read) continue;
      assert.isTrue(read.every(isPolicy), `step ${step}`);
      assert.isTrue(
        [old, wanted].some((whole) => isSame(whole, policyIn(textsBelow(place)))),
        `step ${step}`,
      );
    }
  });

  it('leaves what somebody changed by hand since, and undoes the rest', async () => {
    for (const place of halfWritten()) {
      writeFileSync(join(place, 'policies/b.yaml'), 'by hand\n');
      const settled = await settleUnfinished(place);
      assert.deepInclude(settled, { outcome: 'undone', foreign: ['policies/b.yaml'] });
      assert.deepEqual(textsBelow(place), { ...old, 'policies/b.yaml': 'by hand\n' });
    }
  });

  it('is not undone again by hand: where somebody has put all files back, nothing is written', async () => {
    for (const place of halfWritten()) {
      for (const [path, text] of Object.entries(old)) writeFileSync(join(place, path), text);
      const settled = await settleUnfinished(place);
      assert.strictEqual(settled?.outcome, 'undone');
      assert.deepInclude(textsBelow(place), old);
    }
  });

  it('leaves a journal that nobody but it may have written: another one is told, and stays', async () => {
    const [place = ''] = halfWritten();
    const journal = join(place, '.rolebook-journal.json');
    for (const text of ['', '{', '{"id":"a","files":[{"path":"../x"}],"folders":[]}', '[]', 'null']) {
      writeFileSync(journal, text);
      const told = textsBelow(place);
      const error = await settleUnfinished(place).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      assert.include(String(error), 'is no journal of this program; look at the folder, and remove it');
      assert.deepEqual(policyIn(textsBelow(place)), policyIn(told), text);
      assert.strictEqual(textsBelow(place)['.rolebook-journal.json'], text);
    }
  });

  it('is not needed for that: on a disk that is full from any call on, all is written or nothing, and nothing stays', async () => {
    const said = await writeOnFullDisk(join(root, 'full'), join(root, 'from'), replacementsOf(old, wanted));
    for (const [turn, text] of said.entries()) {
      const now = textsBelow(join(root, 'full', `${turn}`));
      if (text === 'written') assert.deepEqual(policyIn(now), wanted, `call ${turn}`);
      else {
        assert.strictEqual(text, 'cannot write to `here`: the disk is full; nothing was written');
        assert.deepEqual(now, old, `call ${turn}`);
      }
    }
    assert.sameMembers(
      [...new Set(said)],
      ['cannot write to `here`: the disk is full; nothing was written', 'written'],
    );
  });
});
