import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { PolicyDirectory } from '../../../src/store/folder/policy-directory.ts';
import {
  ChangedMeanwhile,
  describeWriteFailure,
  settleUnfinished,
  writePolicyFiles,
} from '../../../src/store/writing/write-policy-files.ts';
import { createPolicyFolder, type PolicyFolder } from '../../support/policy-folder.ts';
import { replacementsOf, textsBelow, writeElsewhere, type Texts } from './policy-writer.ts';

const before: Texts = { 'roles.yaml': 'roles: {}\n', 'policies/a.yaml': 'a: 1\n', 'policies/b.yaml': 'b: 1\n' };
const after: Texts = {
  ...before,
  'policies/a.yaml': 'a: 2\n',
  'policies/b.yaml': 'b: 2\n',
  'policies/new/c.yaml': 'c\n',
};

describe('files of a policy that are written', () => {
  let folder: PolicyFolder;
  beforeEach(async () => {
    folder = await createPolicyFolder(before);
  });
  afterEach(() => folder.dispose());

  const write = (onStep?: (step: string) => void | Promise<void>): Promise<void> =>
    writePolicyFiles(folder.root, replacementsOf(before, after), { onStep }).then(() => undefined);
  const failureOf = async (deed: Promise<unknown>): Promise<unknown> =>
    deed.then(
      () => assert.fail('nothing failed'),
      (error: unknown) => error,
    );
  const put = (path: string, text: string): void => writeFileSync(join(folder.root, path), text);

  it('are all there, and nothing else is', async () => {
    await write();
    assert.deepEqual(textsBelow(folder.root), after);
    assert.isUndefined(await settleUnfinished(folder.root), 'nothing is left to do');
    await writePolicyFiles(folder.root, replacementsOf(after, before));
    assert.deepEqual(textsBelow(folder.root), before, 'what is to be gone is gone');
  });

  it('keep their mode, and a symbolic link stays one', async () => {
    const [path, target] = [join(folder.root, 'policies/a.yaml'), join(folder.root, 'kept.yaml')];
    renameSync(path, target);
    symlinkSync('../kept.yaml', path);
    chmodSync(target, 0o640);
    await write();
    assert.strictEqual(readFileSync(target, 'utf8'), after['policies/a.yaml']);
    assert.strictEqual(statSync(target).mode & 0o777, 0o640);
  });

  it('are not written through a link that leads out of the folder', async () => {
    const other = await createPolicyFolder({ 'x.yaml': 'a: 1\n' });
    await folder.remove('policies/a.yaml');
    symlinkSync(join(other.root, 'x.yaml'), join(folder.root, 'policies/a.yaml'));
    const error = await failureOf(write());
    assert.match(describeWriteFailure('.', error).message, /leads out of the policy folder/);
    assert.strictEqual(readFileSync(join(other.root, 'x.yaml'), 'utf8'), 'a: 1\n');
    await other.dispose();
  });

  for (const [when, step] of [
    ['before anything is written', 'begin'],
    ['while they are written beside their places', 'stage policies/b.yaml'],
    ['between that and the first that takes its place', 'replace'],
    ['when the first has taken its place', 'put policies/b.yaml'],
  ] as const) {
    it(`are not written over a change by hand ${when}: all stays as it is`, async () => {
      const error = await failureOf(
        write((now) => {
          if (now === step) put('policies/b.yaml', 'by hand\n');
        }),
      );
      assert.instanceOf(error, ChangedMeanwhile);
      assert.strictEqual(
        describeWriteFailure('.', error).message,
        '`policies/b.yaml` has changed meanwhile; nothing was written',
      );
      assert.deepEqual(textsBelow(folder.root), { ...before, 'policies/b.yaml': 'by hand\n' });
    });
  }

  it('are not written where a new file is to be and something is there already, whenever it came', async () => {
    for (const step of ['none', 'begin', 'replace', 'put policies/b.yaml', 'put policies/new/c.yaml']) {
      const place = await createPolicyFolder(before);
      const come = (): void => {
        mkdirSync(join(place.root, 'policies/new'), { recursive: true });
        writeFileSync(join(place.root, 'policies/new/c.yaml'), 'mine\n');
      };
      if (step === 'none') come();
      const deed = writePolicyFiles(place.root, replacementsOf(before, after), {
        onStep: (now) => {
          if (now === step) come();
        },
      });
      const message = describeWriteFailure('.', await failureOf(deed)).message;
      assert.match(message, /already there; nothing was written|EEXIST/, step);
      assert.deepEqual(textsBelow(place.root), { ...before, 'policies/new/c.yaml': 'mine\n' }, step);
      await place.dispose();
    }
  });

  it('wait for another who writes there, and then are not what was read', async () => {
    const other = replacementsOf(before, { ...before, 'policies/a.yaml': 'a: 3\n' });
    let second: Promise<unknown> | undefined;
    await write((step) => {
      if (step === 'replace') second = failureOf(writePolicyFiles(folder.root, other));
    });
    assert.instanceOf(await second, ChangedMeanwhile);
    assert.deepEqual(textsBelow(folder.root), after);
  });

  it('are never read half: whoever reads meanwhile waits, or is told', async () => {
    const directory = new PolicyDirectory(folder.root);
    const seen: string[] = [];
    await write(async (step) => {
      const read = await directory.read('all').then(
        (files) =>
          files.map((file) => ('content' in file ? Buffer.from(file.content).toString() : file.fault)).join(''),
        (error: unknown) => String(error),
      );
      seen.push(`${step.split(' ')[0]}: ${read}`);
    });
    const [was, is] = [Object.values(before), Object.values(after)].map((texts) => texts.sort().join(''));
    for (const look of seen) {
      const [step, text = ''] = look.split(/: (.*)/s);
      if (text.includes('half-written')) assert.include(['put', 'clear', 'end'], step);
      else assert.strictEqual([...text.matchAll(/.*\n/g)].sort().join(''), was, look);
    }
    assert.isAbove(seen.filter((look) => look.includes('half-written')).length, 2);
    const files = await directory.read('all');
    assert.strictEqual(
      files
        .map((file) => ('content' in file ? Buffer.from(file.content).toString() : ''))
        .sort()
        .join(''),
      is,
    );
    assert.isTrue(
      files.every(({ path }) => path in after),
      'nothing beside is taken for policy',
    );
  });

  it('stay what they are where there is no room for a file, or none may be written', async () => {
    const large = { ...after, 'policies/b.yaml': `# ${'x'.repeat(64 * 1024)}\n` };
    const full = await writeElsewhere(folder.root, replacementsOf(before, large), { limit: 'ulimit -f 8' });
    assert.deepEqual(
      [full.exitCode, full.said.trim()],
      [3, 'cannot write to `here`: a file may not be that large; nothing was written'],
    );
    assert.deepEqual(textsBelow(folder.root), before);
    chmodSync(join(folder.root, 'policies'), 0o555);
    chmodSync(folder.root, 0o777);
    // Root may write anywhere, so it is somebody else who tries.
    const somebody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const denied = await writeElsewhere(folder.root, replacementsOf(before, after), somebody);
    chmodSync(join(folder.root, 'policies'), 0o755);
    assert.deepEqual(
      [denied.exitCode, denied.said.trim()],
      [3, 'cannot write to `here`: permission denied; nothing was written'],
    );
    assert.deepEqual(textsBelow(folder.root), before);
  });
});
